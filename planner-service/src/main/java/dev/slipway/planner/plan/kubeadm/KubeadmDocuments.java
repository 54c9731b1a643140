package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.Part;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.KubeadmKind;
import dev.slipway.planner.plan.PlanInput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// kubeadm's configuration files. Precedence: what Slipway owns (names, addresses, socket, token,
/// pin), then the user's documents, then Slipway's defaults; a user's value that contradicts an
/// owned one was refused with the Clusterfile, so nothing is dropped in silence.
///
/// The token is no part of any text: files are lists of literals with the material in between.
final class KubeadmDocuments {
    private static final String TOKEN = "@bootstrap-token@";

    private final PlanInput input;
    private final Clusterfile clusterfile;
    private final boolean listArguments;

    KubeadmDocuments(PlanInput input) {
        this.input = input;
        this.clusterfile = input.clusterfile();
        this.listArguments = clusterfile.version().isAtLeast(1, 31);
    }

    /// For `kubeadm init` on the control plane.
    List<Part> init() {
        var documents = new ArrayList<Map<String, Object>>();
        documents.add(initConfiguration());
        documents.add(clusterConfiguration());
        documents.add(
                component(
                        KubeadmKind.KUBELET,
                        "kubelet.config.k8s.io/v1beta1",
                        Map.of("cgroupDriver", "systemd")));
        if (clusterfile.kubeadm().containsKey(KubeadmKind.KUBE_PROXY)) {
            documents.add(
                    component(
                            KubeadmKind.KUBE_PROXY, "kubeproxy.config.k8s.io/v1alpha1", Map.of()));
        }
        return parts(documents);
    }

    /// For `kubeadm token create` on the control plane; the cluster's own document is there only to
    /// keep kubeadm from asking the internet for a version.
    List<Part> token() {
        return parts(List.of(initConfiguration(), clusterConfiguration()));
    }

    /// For `kubeadm join` on a worker.
    List<Part> join(ClusterHost worker) {
        var discovery = new LinkedHashMap<String, Object>();
        discovery.put(
                "bootstrapToken",
                ordered(
                        "token", TOKEN,
                        "apiServerEndpoint", endpoint(),
                        "caCertHashes", List.of(input.authority().pin())));
        discovery.put("tlsBootstrapToken", TOKEN);
        Map<String, Object> owned =
                ordered("discovery", discovery, "nodeRegistration", registration(worker));
        return parts(List.of(kubeadm(KubeadmKind.JOIN, owned, Map.of())));
    }

    /// `host:port` under which nodes reach the API.
    String endpoint() {
        String host = clusterfile.endpoint().orElseGet(this::advertiseAddress);
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + clusterfile.apiPort();
    }

    /// The control plane's address where the other nodes reach it: its SSH address, unless that is
    /// a name or is translated on the way.
    String advertiseAddress() {
        return NodeAddress.of(
                clusterfile.controlPlane(), input.factsOf(clusterfile.controlPlane()).network());
    }

    private Map<String, Object> initConfiguration() {
        ClusterHost host = clusterfile.controlPlane();
        Map<String, Object> token =
                ordered(
                        "token",
                        TOKEN,
                        "description",
                        "Slipway, for joining nodes",
                        "ttl",
                        GoDuration.of(clusterfile.limits().tokenValidity()));
        Map<String, Object> owned =
                ordered(
                        "bootstrapTokens", List.of(token),
                        "nodeRegistration", registration(host),
                        "localAPIEndpoint", ordered("bindPort", clusterfile.apiPort()));
        Map<String, Object> defaults =
                ordered("localAPIEndpoint", ordered("advertiseAddress", advertiseAddress()));
        return kubeadm(KubeadmKind.INIT, owned, defaults);
    }

    private Map<String, Object> clusterConfiguration() {
        Map<String, Object> owned =
                ordered(
                        "kubernetesVersion", clusterfile.version().toString(),
                        "controlPlaneEndpoint", endpoint());
        Map<String, Object> defaults =
                ordered(
                        "clusterName", clusterfile.name().value(),
                        "networking", ordered("podSubnet", "10.244.0.0/16"));
        if (listArguments) {
            Duration validity = clusterfile.certificates().validity();
            defaults.put("encryptionAlgorithm", leafAlgorithm());
            defaults.put("certificateValidityPeriod", GoDuration.of(validity));
        }
        return kubeadm(KubeadmKind.CLUSTER, owned, defaults);
    }

    /// kubeadm knows P-384 keys only from later releases on; its leaves are P-256 then, signed by
    /// the P-384 authority.
    private String leafAlgorithm() {
        String algorithm = clusterfile.certificates().keyAlgorithm();
        return algorithm.equals("ECDSA-P384") ? "ECDSA-P256" : algorithm;
    }

    private Map<String, Object> registration(ClusterHost host) {
        return ordered("name", input.nodeName(host), "criSocket", NodePaths.CRI_SOCKET);
    }

    private Map<String, Object> kubeadm(
            KubeadmKind kind, Map<String, Object> owned, Map<String, Object> defaults) {
        Map<String, Object> body =
                Trees.merge(owned, Trees.merge(clusterfile.document(kind), defaults));
        return headed(
                kind.group() + (listArguments ? "/v1beta4" : "/v1beta3"),
                kind,
                listArguments ? body : ExtraArguments.asMaps(body));
    }

    private Map<String, Object> component(
            KubeadmKind kind, String apiVersion, Map<String, Object> defaults) {
        return headed(apiVersion, kind, Trees.merge(clusterfile.document(kind), defaults));
    }

    private static Map<String, Object> headed(
            String apiVersion, KubeadmKind kind, Map<String, Object> body) {
        Map<String, Object> document = ordered("apiVersion", apiVersion, "kind", kind.kind());
        document.putAll(body);
        return document;
    }

    private static List<Part> parts(List<Map<String, Object>> documents) {
        String text = String.join("---\n", documents.stream().map(BlockYaml::write).toList());
        var parts = new ArrayList<Part>();
        int from = 0;
        for (int at = indexOfToken(text, 0); at >= 0; at = indexOfToken(text, from)) {
            parts.addAll(Steps.parts(text.substring(from, at)));
            parts.add(new Part.Material(Materials.BOOTSTRAP_TOKEN));
            from = at + TOKEN.length() + 2;
        }
        parts.addAll(Steps.parts(text.substring(from)));
        return parts;
    }

    /// The placeholder is always written in double quotes, which go with it.
    private static int indexOfToken(String text, int from) {
        return text.indexOf('"' + TOKEN + '"', from);
    }

    /// A map in the order of the arguments: key, value, key, value, …
    private static Map<String, Object> ordered(Object... keysAndValues) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
