package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.Quoted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;

/// The body of a kubeadm document as plain maps, lists and scalars, in the form of v1beta4, without
/// what the Clusterfile's own fields hold.
final class KubeadmBody {
    private static final Set<String> ARGUMENTS = Set.of("extraArgs", "kubeletExtraArgs");
    private static final Set<String> ONLY_V1BETA4 =
            Set.of(
                    "extraEnvs",
                    "timeouts",
                    "imagePullSerial",
                    "proxy",
                    "encryptionAlgorithm",
                    "certificateValidityPeriod",
                    "caCertificateValidityPeriod");
    private static final Map<KubeadmKind, List<String>> ELSEWHERE =
            Map.of(
                    KubeadmKind.CLUSTER, List.of("kubernetesVersion", "controlPlaneEndpoint"),
                    KubeadmKind.INIT, List.of("bootstrapTokens", "certificateKey", "dryRun"),
                    KubeadmKind.JOIN, List.of("discovery", "controlPlane", "dryRun"));

    private final YamlMap document;
    private final boolean v1beta4;

    private KubeadmBody(YamlMap document, boolean v1beta4) {
        this.document = document;
        this.v1beta4 = v1beta4;
    }

    /// @param v1beta4 whether the Kubernetes release takes v1beta4, and with it what only that has
    static Map<String, Object> of(KubeadmKind kind, YamlMap document, boolean v1beta4) {
        Object plain =
                new StandardConstructor(YamlText.SETTINGS)
                        .constructSingleDocument(Optional.of(document.node()));
        boolean kubeadm = kind.group().equals("kubeadm.k8s.io");
        Map<String, Object> body =
                plain instanceof Map<?, ?> map
                        ? new KubeadmBody(document, v1beta4).copy(map, kubeadm)
                        : Map.of();
        body.keySet().removeAll(Set.of("apiVersion", "kind"));
        body.keySet().removeAll(ELSEWHERE.getOrDefault(kind, List.of()));
        return body;
    }

    private Map<String, Object> copy(Map<?, ?> map, boolean kubeadm) {
        var copy = new LinkedHashMap<String, Object>();
        map.forEach((key, value) -> {
            String name = String.valueOf(key);
            if (kubeadm) {
                version(name);
            }
            if (value != null) {
                copy.put(
                        name,
                        kubeadm && ARGUMENTS.contains(name)
                                ? arguments(name, value)
                                : plain(value, kubeadm));
            }
        });
        return copy;
    }

    private Object plain(Object value, boolean kubeadm) {
        return switch (value) {
            case Map<?, ?> map -> copy(map, kubeadm);
            case List<?> list ->
                    list.stream().map(i -> i == null ? "" : plain(i, kubeadm)).toList();
            case Boolean truth -> truth;
            case Number number -> number;
            default -> String.valueOf(value);
        };
    }

    private void version(String name) {
        if (!v1beta4 && ONLY_V1BETA4.contains(name)) {
            invalid(name, "%s needs Kubernetes v1.31 or later".formatted(name));
        }
        if (v1beta4 && name.equals("timeoutForControlPlane")) {
            invalid(
                    name,
                    "timeoutForControlPlane is gone with Kubernetes v1.31: say InitConfiguration.timeouts.controlPlaneComponentHealthCheck");
        }
    }

    /// A map (v1beta3) or a list of name and value (v1beta4), as a list.
    private Object arguments(String field, Object value) {
        var list = new ArrayList<Map<String, Object>>();
        if (value instanceof Map<?, ?> map) {
            map.forEach(
                    (name, text) -> list.add(argument(name, Objects.requireNonNullElse(text, ""))));
        } else if (value instanceof List<?> items) {
            for (Object item : items) {
                if (item instanceof Map<?, ?> map
                        && map.containsKey("name")
                        && Set.of("name", "value").containsAll(map.keySet())) {
                    list.add(
                            argument(
                                    String.valueOf(map.get("name")),
                                    Objects.requireNonNullElse(map.get("value"), "")));
                } else {
                    invalid(field, field + ": expected items with name and value");
                }
            }
        } else {
            invalid(field, field + ": expected a map, or a list of name and value");
        }
        var names = new HashSet<Object>();
        for (Map<String, Object> argument : list) {
            if (!names.add(String.valueOf(argument.get("name"))) && !v1beta4) {
                invalid(
                        field,
                        "argument %s twice needs Kubernetes v1.31 or later"
                                .formatted(Quoted.of(String.valueOf(argument.get("name")))));
            }
        }
        return list;
    }

    private static Map<String, Object> argument(Object name, Object value) {
        var argument = new LinkedHashMap<String, Object>();
        argument.put("name", String.valueOf(name));
        argument.put("value", String.valueOf(value));
        return argument;
    }

    private void invalid(String path, String message) {
        document.place().invalid(document.node(), path, message);
    }
}
