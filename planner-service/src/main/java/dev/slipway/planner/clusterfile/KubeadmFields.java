package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.Quoted;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringTokenizer;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/// The fields of kubeadm's three kinds, v1beta3 and v1beta4 together (kubeadm reference, "kubeadm
/// Configuration (v1beta4)"). A field is checked only as far as it is written out here; the kinds
/// of kubelet and kube-proxy change with every release and are left to `kubeadm config validate`,
/// which runs before anything else on the control plane.
final class KubeadmFields {
    private static final String REGISTRATION =
            "nodeRegistration{name criSocket taints kubeletExtraArgs ignorePreflightErrors imagePullPolicy imagePullSerial}";
    private static final String TIMEOUTS =
            "timeouts{controlPlaneComponentHealthCheck kubeletHealthCheck kubernetesAPICall etcdAPICall tlsBootstrap discovery upgradeManifests}";
    private static final String LOCAL = "localAPIEndpoint{advertiseAddress bindPort}";
    private static final Map<KubeadmKind, Fields> KNOWN = new EnumMap<>(KubeadmKind.class);

    static {
        KNOWN.put(
                KubeadmKind.INIT,
                Fields.of(
                        "apiVersion kind bootstrapTokens certificateKey skipPhases patches{directory} dryRun "
                                + String.join(" ", REGISTRATION, LOCAL, TIMEOUTS)));
        KNOWN.put(
                KubeadmKind.CLUSTER,
                Fields.of(
                        "apiVersion kind kubernetesVersion controlPlaneEndpoint clusterName certificatesDir imageRepository featureGates encryptionAlgorithm certificateValidityPeriod caCertificateValidityPeriod "
                                + "networking{serviceSubnet podSubnet dnsDomain} "
                                + "apiServer{certSANs extraArgs extraEnvs extraVolumes timeoutForControlPlane} "
                                + "controllerManager{extraArgs extraEnvs extraVolumes} scheduler{extraArgs extraEnvs extraVolumes} "
                                + "etcd{local{dataDir extraArgs extraEnvs serverCertSANs peerCertSANs imageRepository imageTag} external} "
                                + "dns{disabled imageRepository imageTag} proxy{disabled}"));
        KNOWN.put(
                KubeadmKind.JOIN,
                Fields.of(
                        "apiVersion kind caCertPath controlPlane skipPhases patches{directory} dryRun "
                                + "discovery{bootstrapToken file tlsBootstrapToken timeout} "
                                + String.join(" ", REGISTRATION, TIMEOUTS)));
    }

    private KubeadmFields() {}

    static void check(KubeadmKind kind, YamlMap document) {
        Fields fields = KNOWN.get(kind);
        if (fields != null) {
            check(document, fields);
        }
    }

    private static void check(YamlMap map, Fields fields) {
        for (String key : map.keys()) {
            if (!fields.names().containsKey(key)) {
                map.place()
                        .unknown(
                                map.key(key),
                                map.child(key),
                                "unknown field " + Quoted.of(key),
                                key,
                                fields.names().keySet());
            }
            Fields inner = fields.names().getOrDefault(key, Fields.NONE);
            if (!inner.names().isEmpty()) {
                map.map(key).ifPresent(m -> check(m, inner));
            } else if (map.value(key).orElse(null) instanceof MappingNode) {
                // Read for its duplicates.
                map.map(key);
            }
        }
    }

    /// Names and what is below them; nothing below where it is free.
    private record Fields(Map<String, Fields> names) {
        static final Fields NONE = new Fields(Map.of());

        /// Reads `name name{name name}`.
        static Fields of(String text) {
            return read(new StringTokenizer(text, " {}", true));
        }

        private static Fields read(StringTokenizer tokens) {
            var names = new LinkedHashMap<String, Fields>();
            String last = "";
            while (tokens.hasMoreTokens()) {
                String token = tokens.nextToken();
                switch (token) {
                    case " " -> {}
                    case "{" -> names.put(last, read(tokens));
                    case "}" -> {
                        return new Fields(names);
                    }
                    default -> {
                        names.put(token, NONE);
                        last = token;
                    }
                }
            }
            return new Fields(names);
        }
    }
}
