package dev.slipway.planner.importer;

import dev.slipway.planner.clusterfile.CanonicalYaml;
import dev.slipway.planner.clusterfile.K0sVersion;
import dev.slipway.planner.clusterfile.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A Clusterfile of sealer: `Cluster`, `Config`, `Plugin`, `Application` and kubeadm's documents
/// (sealer documentation, "Clusterfile"; its decoder goes by `kind` alone).
final class SealerImport {
    private static final Pattern RELEASE =
            Pattern.compile(".*:(v?1\\.[0-9]+\\.[0-9]+)([+_-]k0s\\.[0-9]+)?.*");
    private static final String IMAGES =
            "there are no cluster images here: what was in it beside Kubernetes has to come by spec.manifests, spec.files and spec.artifacts";

    private final ForeignDocument file;
    private final List<ForeignDocument> documents;
    private final boolean k0s;
    private final Map<String, Object> spec = new LinkedHashMap<>();

    SealerImport(ForeignDocument file, List<ForeignDocument> documents) {
        this.file = file;
        this.documents = documents;
        // Only the image knows its runtime, so what is left is its name.
        this.k0s =
                file.text("spec.image")
                        .filter(i -> i.matches("(.*/)?k0s(-[a-z]+)?:[^:/]*"))
                        .isPresent();
    }

    Imported run() {
        for (String field : List.of("apiVersion", "kind", "status", "metadata.annotations")) {
            file.implied(field, "");
        }
        String name = ClusterNames.of(file, "my-cluster");
        var kubeadm = new KubeadmImport(k0s ? List.of() : documents);
        runtime(kubeadm);
        settings();
        new SealerHosts(file, name, k0s ? Optional.empty() : Optional.of(kubeadm)).read(spec);
        var parts = new SealerParts(documents);
        put("manifests", parts.manifests());
        put("files", parts.files());
        put("hooks", parts.hooks());
        notServed();
        var cluster = new LinkedHashMap<String, Object>();
        cluster.put("apiVersion", "slipway.dev/v1");
        cluster.put("kind", "Cluster");
        cluster.put("metadata", Map.of("name", name));
        cluster.put("spec", spec);
        var made = new ArrayList<Map<String, Object>>(List.of(cluster));
        List<Problem> problems;
        if (k0s) {
            repository().ifPresent(made::add);
            problems = K0sctlImport.problems(CanonicalYaml.text(made));
        } else {
            problems = kubeadm.settle(cluster);
            made.addAll(kubeadm.made());
        }
        return new Imported.Done(
                "sealer",
                CanonicalYaml.text(made),
                documents.stream().flatMap(d -> d.account(false).stream()).toList(),
                problems);
    }

    /// The one thing that sealer says in k0s's configuration: where all images come from.
    private Optional<Map<String, Object>> repository() {
        String at = "spec.registry.externalRegistry.";
        Optional<String> domain = file.text(at + "domain");
        if (domain.isEmpty()) {
            return Optional.empty();
        }
        String target = "ClusterConfig spec.images.repository";
        file.mapped(at + "domain", target);
        file.mapped(at + "port", target);
        String port = file.text(at + "port").map(p -> ":" + p).orElse("");
        var config = new LinkedHashMap<String, Object>();
        config.put("apiVersion", "k0s.k0sproject.io/v1beta1");
        config.put("kind", "ClusterConfig");
        config.put("spec", Map.of("images", Map.of("repository", domain.get() + port)));
        return Optional.of(config);
    }

    private void put(String field, List<?> items) {
        if (!items.isEmpty()) {
            spec.put(field, items);
        }
    }

    private void runtime(KubeadmImport kubeadm) {
        var runtime = new LinkedHashMap<String, Object>();
        runtime.put("type", k0s ? "k0s" : "kubeadm");
        Optional<Matcher> tag =
                file.text("spec.image").map(RELEASE::matcher).filter(m -> m.matches());
        Optional<String> release = tag.map(m -> m.group(1));
        if (k0s) {
            ofK0s(runtime, tag);
            return;
        }
        if (kubeadm.version().isEmpty()) {
            release.ifPresent(v -> runtime.put("version", v.startsWith("v") ? v : "v" + v));
        }
        spec.put("runtime", runtime);
        boolean plain =
                file.text("spec.image")
                        .filter(i -> i.matches("(.*/)?kubernetes(-[a-z]+)?:[^:/]*"))
                        .isPresent();
        if (plain && release.isPresent()) {
            file.mapped("spec.image", "spec.runtime.version", "the release in its tag");
        } else {
            file.lost("spec.image", IMAGES);
        }
    }

    private void ofK0s(Map<String, Object> runtime, Optional<Matcher> tag) {
        Optional<K0sVersion> version =
                tag.flatMap(m ->
                        K0sVersion.parse(
                                m.group(1)
                                        + Optional.ofNullable(m.group(2))
                                                .map(b -> "+" + b.substring(1))
                                                .orElse("+k0s.0")));
        version.ifPresent(v -> runtime.put("version", v.toString()));
        spec.put("runtime", runtime);
        if (version.isPresent()) {
            file.mapped(
                    "spec.image",
                    "spec.runtime.version",
                    "the release in its tag; k0s itself has to be on the hosts, or to be named in spec.artifacts.k0s");
        } else {
            file.lost("spec.image", IMAGES);
        }
    }

    private void settings() {
        var aliases = new ArrayList<Object>();
        for (String at : file.items("spec.hostAliases")) {
            file.mapped(at, "spec.hostAliases[%d]".formatted(aliases.size()));
            aliases.add(file.plain(at));
        }
        put("hostAliases", aliases);
        String at = "spec.containerRuntime.type";
        file.text(at)
                .ifPresent(type -> {
                    if (type.equals("containerd") || (type.equals("docker") && !k0s)) {
                        spec.put("containerRuntime", Map.of("type", type));
                        file.mapped(at, "spec.containerRuntime.type");
                    } else {
                        file.lost(
                                at,
                                k0s
                                        ? "k0s brings its own containerd"
                                        : "containerd or docker run the containers, there is no other yet");
                    }
                });
    }

    private void notServed() {
        for (String field : List.of("cmd", "cmd_args", "appNames")) {
            file.lost(
                    "spec." + field,
                    "there are no applications: say spec.manifests, or a hook of post-install");
        }
        file.lost(
                "spec.registry",
                "say spec.registry.hosts where hosts are to run one, with spec.artifacts.registry and spec.images; one elsewhere is spec.registries'");
        if (file.text("spec.dataRoot").filter("/var/lib/sealer"::equals).isPresent()) {
            file.implied("spec.dataRoot", "");
        } else {
            file.lost("spec.dataRoot", "no directory of the kind is used");
        }
        file.lost(
                "spec.provider",
                "machines are not made here: list those that are there in spec.hosts");
        for (ForeignDocument document : documents) {
            switch (document.kind()) {
                case "Application" ->
                        document.lost(
                                "",
                                "there are no applications: say spec.manifests, or a hook of post-install");
                case "Cluster", "Config", "Plugin" -> {}
                case "InitConfiguration",
                        "ClusterConfiguration",
                        "JoinConfiguration",
                        "KubeletConfiguration",
                        "KubeProxyConfiguration" -> {
                    if (k0s) {
                        document.lost(
                                "",
                                "it is kubeadm's, and the runtime is k0s: say it in ClusterConfig");
                    }
                }
                default -> document.lost("", "sealer does not read documents of this kind either");
            }
        }
    }
}
