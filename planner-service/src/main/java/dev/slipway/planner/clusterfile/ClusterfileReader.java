package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.outcome.ReasonCode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;

/// Reads Clusterfiles and lists of hosts. Nothing is skipped: what is unknown, wrong, not served or
/// secret is a problem, and all problems come out at once.
public final class ClusterfileReader {
    private static final Set<String> VERSIONS =
            Set.of(
                    "slipway.dev/v1",
                    "sealer.io/v1",
                    "sealer.io/v2",
                    "sealer.cloud/v1",
                    "sealer.cloud/v2",
                    "zlink.aliyun.com/v1alpha1");
    private static final Set<String> HOSTS_VERSIONS = Set.of("slipway.dev/v1");

    /// The kinds of documents in which hosts stand.
    static final Set<String> WITH_HOSTS = Set.of("Cluster", "Hosts");

    private static final Set<String> NOT_SERVED = Set.of("Application", "Infra");
    private static final List<String> KINDS =
            List.of(
                    "Cluster",
                    "Hosts",
                    "Config",
                    "Plugin",
                    "Application",
                    "InitConfiguration",
                    "ClusterConfiguration",
                    "JoinConfiguration",
                    "KubeletConfiguration",
                    "KubeProxyConfiguration",
                    K0sConfig.KIND);

    private final ProblemList problems = new ProblemList();
    private final List<YamlMap> clusters = new ArrayList<>();
    private final List<YamlMap> hosts = new ArrayList<>();
    private final List<YamlMap> configs = new ArrayList<>();
    private final List<YamlMap> plugins = new ArrayList<>();
    private final Map<KubeadmKind, YamlMap> kubeadm = new EnumMap<>(KubeadmKind.class);
    private final List<YamlMap> k0s = new ArrayList<>();
    private final SecretPolicy policy;

    private ClusterfileReader(SecretPolicy policy) {
        this.policy = policy;
    }

    /// Never throws for anything that may stand in a text.
    public static ClusterfileResult read(String text, SecretPolicy policy) {
        return new ClusterfileReader(policy).read(text);
    }

    private ClusterfileResult read(String text) {
        int number = 0;
        for (Node root : YamlText.compose(text, problems)) {
            var place = new ProblemList.Place(problems, ++number);
            YamlMap.of(place, root, "").ifPresent(this::sort);
            PrivateKeys.find(place, root);
        }
        if (!hosts.isEmpty()) {
            return readHosts();
        }
        if (clusters.isEmpty() && problems.isEmpty()) {
            problems.add(
                    ReasonCode.CLUSTERFILE_INVALID,
                    Math.max(number, 1),
                    Optional.empty(),
                    "",
                    "there is no document of kind Cluster (or Hosts)",
                    Optional.empty());
        }
        Optional<Clusterfile> clusterfile =
                clusters.isEmpty()
                        ? Optional.empty()
                        : new ClusterDocument(
                                        new ClusterDocument.Documents(
                                                clusters.getFirst(),
                                                configs,
                                                plugins,
                                                kubeadm,
                                                k0s.stream().findFirst()),
                                        policy)
                                .read(text);
        return clusterfile
                .filter(_ -> problems.isEmpty())
                .<ClusterfileResult>map(ClusterfileResult.Accepted::new)
                .orElseGet(() -> new ClusterfileResult.Rejected(problems.sorted()));
    }

    private ClusterfileResult readHosts() {
        Optional<HostsFile> file = new HostsDocument(hosts.getFirst(), policy).read();
        var others = new ArrayList<>(configs);
        others.addAll(plugins);
        others.addAll(clusters);
        others.addAll(kubeadm.values());
        others.addAll(k0s);
        for (YamlMap other : others) {
            other.place()
                    .invalid(
                            other.node(),
                            "",
                            "a document of kind Hosts stands alone: hosts of a cluster stand in its Cluster document");
        }
        return file.filter(_ -> problems.isEmpty())
                .<ClusterfileResult>map(ClusterfileResult.HostsOnly::new)
                .orElseGet(() -> new ClusterfileResult.Rejected(problems.sorted()));
    }

    /// Puts the document where its kind belongs.
    private void sort(YamlMap document) {
        String kind = document.need("kind").map(YamlMap.Text::value).orElse("");
        String version = document.need("apiVersion").map(YamlMap.Text::value).orElse("");
        Optional<KubeadmKind> kubeadmKind = KubeadmKind.of(kind);
        if (kind.isEmpty() || version.isEmpty()) {
            return;
        }
        if (kubeadmKind.isPresent()) {
            kubeadm(kubeadmKind.get(), version, document);
        } else if (!KINDS.contains(kind) && !NOT_SERVED.contains(kind)) {
            document.place()
                    .unknown(
                            document.value("kind").orElseThrow(),
                            "kind",
                            "unknown kind " + Quoted.of(kind),
                            kind,
                            KINDS);
        } else {
            own(kind, version, document);
        }
    }

    private void own(String kind, String version, YamlMap document) {
        Set<String> versions =
                switch (kind) {
                    case "Hosts" -> HOSTS_VERSIONS;
                    case K0sConfig.KIND -> Set.of(K0sConfig.API_VERSION);
                    default -> VERSIONS;
                };
        if (!versions.contains(version)) {
            document.place()
                    .unknown(
                            document.value("apiVersion").orElseThrow(),
                            "apiVersion",
                            "unknown apiVersion %s of kind %s".formatted(Quoted.of(version), kind),
                            version,
                            versions);
        }
        if (NOT_SERVED.contains(kind)) {
            document.place()
                    .notServed(
                            document.value("kind").orElseThrow(),
                            "kind",
                            "kind %s is not served yet".formatted(kind));
        } else if (kind.equals("Config")) {
            configs.add(document);
        } else if (kind.equals("Plugin")) {
            plugins.add(document);
        } else {
            List<YamlMap> same =
                    switch (kind) {
                        case "Hosts" -> hosts;
                        case K0sConfig.KIND -> k0s;
                        default -> clusters;
                    };
            if (same.isEmpty()) {
                same.add(document);
            } else {
                document.place().invalid(document.node(), "", "a second document of kind " + kind);
            }
        }
    }

    private void kubeadm(KubeadmKind kind, String version, YamlMap document) {
        List<String> versions =
                switch (kind) {
                    case INIT, CLUSTER, JOIN ->
                            List.of("kubeadm.k8s.io/v1beta3", "kubeadm.k8s.io/v1beta4");
                    case KUBELET -> List.of("kubelet.config.k8s.io/v1beta1");
                    case KUBE_PROXY -> List.of("kubeproxy.config.k8s.io/v1alpha1");
                };
        if (!versions.contains(version)) {
            document.place()
                    .unknown(
                            document.value("apiVersion").orElseThrow(),
                            "apiVersion",
                            "%s is no apiVersion of %s, expected %s"
                                    .formatted(
                                            Quoted.of(version),
                                            kind.kind(),
                                            String.join(" or ", versions)),
                            version,
                            versions);
        }
        if (kubeadm.putIfAbsent(kind, document) != null) {
            document.place()
                    .invalid(document.node(), "", "a second document of kind " + kind.kind());
        }
    }
}
