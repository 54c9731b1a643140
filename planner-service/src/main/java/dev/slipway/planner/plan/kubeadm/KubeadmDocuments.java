package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.Part;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterNetworks;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.Endpoint;
import dev.slipway.planner.clusterfile.KubeadmKind;
import dev.slipway.planner.plan.PlanCompiler;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.BlockYaml;
import dev.slipway.planner.plan.node.NodeAddress;
import dev.slipway.planner.plan.node.NodeIdentity;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Steps;
import dev.slipway.planner.plan.node.Trees;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// kubeadm's configuration files. Precedence: what Slipway owns (names, addresses, socket, token,
/// pin), then the user's documents, then Slipway's defaults; a user's value that contradicts an
/// owned one was refused with the Clusterfile, so nothing is dropped in silence.
///
/// The token is no part of any text: files are lists of literals with the material in between.
final class KubeadmDocuments {
    private static final String TOKEN = "@bootstrap-token@";

    /// Where kubeadm's own folder, below /usr, could not be made.
    private static final String VOLUME_PLUGINS =
            "/opt/libexec/kubernetes/kubelet-plugins/volume/exec";

    private final PlanInput input;
    private final Clusterfile clusterfile;
    private final NodeRegistration registration;
    private final boolean listArguments;

    KubeadmDocuments(PlanInput input) {
        this.input = input;
        this.clusterfile = input.clusterfile();
        this.registration = new NodeRegistration(input);
        this.listArguments = clusterfile.version().isAtLeast(1, 31);
    }

    /// For `kubeadm init` on the first control plane.
    List<Part> init() {
        var documents = new ArrayList<Map<String, Object>>();
        documents.add(initConfiguration(input.lead(), true));
        documents.add(clusterConfiguration());
        documents.add(
                component(
                        KubeadmKind.KUBELET,
                        "kubelet.config.k8s.io/v1beta1",
                        Map.of(),
                        kubeletDefaults()));
        Map<String, Object> proxy = proxyRules();
        if (!clusterfile.document(KubeadmKind.KUBE_PROXY).isEmpty() || !proxy.isEmpty()) {
            documents.add(
                    component(
                            KubeadmKind.KUBE_PROXY,
                            "kubeproxy.config.k8s.io/v1alpha1",
                            proxy,
                            Map.of()));
        }
        return parts(documents);
    }

    /// The driver of nodes with systemd; others say theirs with their registration.
    private Map<String, Object> kubeletDefaults() {
        Map<String, Object> defaults = ordered("cgroupDriver", "systemd");
        if (clusterfile.hosts().stream().anyMatch(this::isReadOnlyUsr)) {
            defaults.put("volumePluginDir", VOLUME_PLUGINS);
        }
        return defaults;
    }

    private boolean isReadOnlyUsr(ClusterHost host) {
        return input.familyOf(host).isReadOnlyUsr();
    }

    /// For `kubeadm token create` on a control plane; the cluster's own document is there only to
    /// keep kubeadm from asking the internet for a version.
    List<Part> token() {
        return parts(List.of(initConfiguration(input.sponsor(), true), clusterConfiguration()));
    }

    /// For `kubeadm init phase upload-config` on a control plane.
    List<Part> stored() {
        return parts(List.of(initConfiguration(input.sponsor(), false), clusterConfiguration()));
    }

    /// For `kubeadm join` on a worker. One that has its kubelet's certificate comes with that: what
    /// it finds the API by is what its kubelet will use.
    List<Part> joinWorker(ClusterHost worker) {
        Map<String, Object> owned =
                ordered(
                        "discovery",
                        NodeIdentity.isBrought(input, worker)
                                ? ordered(
                                        "file",
                                        ordered("kubeConfigPath", NodePaths.KUBELET_CONF.value()))
                                : joinDiscovery(),
                        "nodeRegistration",
                        registration.joining(worker, KubeadmKind.JOIN));
        return parts(List.of(kubeadm(KubeadmKind.JOIN, owned, Map.of())));
    }

    /// For `kubeadm join` on a control plane. Control planes are alike: what the user says of the
    /// node that `kubeadm init` makes holds for them, and what he says of joining nodes is about
    /// workers.
    List<Part> joinControlPlane(ClusterHost host) {
        var merged =
                Trees.merge(
                        registration.joining(host, KubeadmKind.INIT),
                        registration.said(KubeadmKind.INIT));
        Map<String, Object> owned =
                ordered(
                        "discovery", joinDiscovery(),
                        "nodeRegistration", merged,
                        "controlPlane",
                                ordered(
                                        "localAPIEndpoint",
                                        ordered(
                                                "advertiseAddress", advertiseAddress(host),
                                                "bindPort", clusterfile.apiPort())));
        var users = new LinkedHashMap<>(clusterfile.document(KubeadmKind.JOIN));
        users.remove("nodeRegistration");
        return parts(List.of(kubeadm(KubeadmKind.JOIN, owned, users, Map.of())));
    }

    private Map<String, Object> joinDiscovery() {
        var discovery = new LinkedHashMap<String, Object>();
        if (clusterfile.endpoint().isLocal()) {
            discovery.put("file", ordered("kubeConfigPath", NodePaths.DISCOVERY.value()));
        } else {
            discovery.put(
                    "bootstrapToken",
                    ordered(
                            "token", TOKEN,
                            "apiServerEndpoint", endpoint(),
                            "caCertHashes", List.of(input.authority().pin())));
        }
        discovery.put("tlsBootstrapToken", TOKEN);
        return discovery;
    }

    /// The kubeconfig of [NodePaths#DISCOVERY].
    String discovery() {
        Map<String, Object> cluster =
                ordered(
                        "certificate-authority",
                        NodePaths.DISCOVERY_CA.value(),
                        "server",
                        "https://" + firstEndpoint());
        return BlockYaml.write(
                ordered(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Config",
                        "clusters",
                        List.of(ordered("name", "cluster", "cluster", cluster)),
                        "contexts",
                        List.of(
                                ordered(
                                        "name",
                                        "join",
                                        "context",
                                        ordered("cluster", "cluster", "user", "join"))),
                        "current-context",
                        "join",
                        "users",
                        List.of(ordered("name", "join", "user", ordered()))));
    }

    /// `host:port` under which a node that joins reaches the API before its kubelet runs.
    String firstEndpoint() {
        return clusterfile.endpoint().isLocal() ? ownEndpoint(input.sponsor()) : endpoint();
    }

    /// `host:port` under which nodes reach the API.
    String endpoint() {
        Endpoint endpoint = clusterfile.endpoint();
        return NodeAddress.withPort(
                endpoint.host().orElseGet(() -> advertiseAddress(input.lead())), endpoint.port());
    }

    /// `host:port` of the API server of one control plane.
    String ownEndpoint(ClusterHost controlPlane) {
        return NodeAddress.withPort(advertiseAddress(controlPlane), clusterfile.apiPort());
    }

    /// The control plane's address where the other nodes reach it: its SSH address, unless that is
    /// a name or is translated on the way.
    private String advertiseAddress(ClusterHost controlPlane) {
        return NodeAddress.of(input, controlPlane);
    }

    private Map<String, Object> initConfiguration(ClusterHost host, boolean withToken) {
        Map<String, Object> token =
                ordered(
                        "token",
                        TOKEN,
                        "description",
                        "Slipway, for joining nodes",
                        "ttl",
                        GoDuration.of(PlanCompiler.tokenLife(clusterfile)));
        Map<String, Object> owned = new LinkedHashMap<>();
        if (withToken) {
            owned.put("bootstrapTokens", List.of(token));
        }
        owned.put("nodeRegistration", registration.of(host, KubeadmKind.INIT));
        owned.put("localAPIEndpoint", ordered("bindPort", clusterfile.apiPort()));
        Map<String, Object> defaults =
                ordered("localAPIEndpoint", ordered("advertiseAddress", advertiseAddress(host)));
        return kubeadm(KubeadmKind.INIT, owned, defaults);
    }

    Map<String, Object> clusterConfiguration() {
        Map<String, Object> owned =
                ordered(
                        "kubernetesVersion", clusterfile.version().toString(),
                        "controlPlaneEndpoint", endpoint());
        List<Object> names = names();
        if (!names.isEmpty()) {
            owned.put("apiServer", ordered("certSANs", names));
        }
        if (clusterfile.controlPlanes().stream().anyMatch(this::isReadOnlyUsr)) {
            owned.put(
                    "controllerManager",
                    ordered(
                            "extraArgs",
                            ExtraArguments.with(
                                    clusterfile
                                            .document(KubeadmKind.CLUSTER)
                                            .get("controllerManager"),
                                    "extraArgs",
                                    "flex-volume-plugin-dir",
                                    VOLUME_PLUGINS)));
        }
        Map<String, Object> defaults =
                ordered(
                        "clusterName", clusterfile.name().value(),
                        "networking", networking());
        if (listArguments) {
            Duration validity = clusterfile.certificates().validity();
            defaults.put("encryptionAlgorithm", leafAlgorithm());
            defaults.put("certificateValidityPeriod", GoDuration.of(validity));
        }
        return kubeadm(KubeadmKind.CLUSTER, owned, defaults);
    }

    /// kubeadm's own default of services is left to it.
    private Map<String, Object> networking() {
        ClusterNetworks networks = clusterfile.networks();
        Map<String, Object> networking =
                ordered("podSubnet", ClusterNetworks.text(networks.pods()));
        if (!networks.isPlain()) {
            networking.put("serviceSubnet", ClusterNetworks.text(networks.services()));
        }
        return networking;
    }

    /// The names that every API server's certificate has besides those that kubeadm gives it: the
    /// user's, and, of a cluster that may have several, every address that leads to one of them, so
    /// that a client may come by any. Empty: kubeadm's and the user's are all.
    private List<Object> names() {
        if (clusterfile.endpoint() instanceof Endpoint.ControlPlane) {
            return List.of();
        }
        Object server = clusterfile.document(KubeadmKind.CLUSTER).get("apiServer");
        Object users = server instanceof Map<?, ?> map ? map.get("certSANs") : null;
        var names = new LinkedHashSet<Object>(users instanceof List<?> list ? list : List.of());
        for (ClusterHost host : clusterfile.controlPlanes()) {
            names.add(host.address().address());
            names.addAll(NodeAddress.all(input, host));
        }
        return List.copyOf(names);
    }

    /// kube-proxy must not tidy a virtual server away that is not its own.
    private Map<String, Object> proxyRules() {
        if (!(clusterfile.endpoint() instanceof Endpoint.LocalVip vip)) {
            return Map.of();
        }
        Object ipvs = clusterfile.document(KubeadmKind.KUBE_PROXY).get("ipvs");
        Object users = ipvs instanceof Map<?, ?> map ? map.get("excludeCIDRs") : null;
        var excluded = new LinkedHashSet<Object>(users instanceof List<?> list ? list : List.of());
        excluded.add(vip.address() + (vip.address().contains(":") ? "/128" : "/32"));
        return ordered("ipvs", ordered("excludeCIDRs", List.copyOf(excluded)));
    }

    /// kubeadm knows P-384 keys only from later releases on; its leaves are P-256 then, signed by
    /// the P-384 authority.
    private String leafAlgorithm() {
        String algorithm = clusterfile.certificates().keyAlgorithm();
        return algorithm.equals("ECDSA-P384") ? "ECDSA-P256" : algorithm;
    }

    private Map<String, Object> kubeadm(
            KubeadmKind kind, Map<String, Object> owned, Map<String, Object> defaults) {
        return kubeadm(kind, owned, clusterfile.document(kind), defaults);
    }

    private Map<String, Object> kubeadm(
            KubeadmKind kind,
            Map<String, Object> owned,
            Map<String, Object> users,
            Map<String, Object> defaults) {
        Map<String, Object> body = Trees.merge(owned, Trees.merge(users, defaults));
        return headed(
                kind.group() + (listArguments ? "/v1beta4" : "/v1beta3"),
                kind,
                listArguments ? body : ExtraArguments.asMaps(body));
    }

    private Map<String, Object> component(
            KubeadmKind kind,
            String apiVersion,
            Map<String, Object> owned,
            Map<String, Object> defaults) {
        return headed(
                apiVersion,
                kind,
                Trees.merge(owned, Trees.merge(clusterfile.document(kind), defaults)));
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
    static Map<String, Object> ordered(Object... keysAndValues) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
