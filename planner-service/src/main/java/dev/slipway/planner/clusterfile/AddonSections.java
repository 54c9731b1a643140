package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.order.RemotePath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// `spec.manifests` and `spec.files`, and the documents of kind `Config`, which are another way to
/// say either: a path `manifests/…` is a manifest, an absolute one is a file.
final class AddonSections {
    private static final List<RemotePath> KEPT =
            List.of(
                    RemotePath.of("/var/lib/slipway"),
                    RemotePath.of("/run/slipway"),
                    RemotePath.of("/etc/kubernetes/pki"),
                    RemotePath.of("/etc/hosts"),
                    RemotePath.of("/etc/containerd/config.toml"),
                    RemotePath.of("/etc/sysctl.d/99-slipway.conf"),
                    RemotePath.of("/etc/modules-load.d/slipway.conf"),
                    RemotePath.of("/proc"),
                    RemotePath.of("/sys"),
                    RemotePath.of("/dev"));

    private static final RemotePath DOCKERS_CONFIG = RemotePath.of("/etc/docker/daemon.json");

    /// Of k0s, wherever it has its folder.
    private static final List<RemotePath> KEPT_WITH_K0S =
            List.of(
                    RemotePath.of("/etc/k0s/k0s.yaml"),
                    RemotePath.of("/etc/k0s/controller-token"),
                    RemotePath.of("/etc/k0s/worker-token"),
                    RemotePath.of("/etc/k0s/containerd.d/slipway.toml"));

    private final List<RemotePath> kept;
    private final YamlMap spec;
    private final List<YamlMap> configs;
    private final SecretPolicy policy;
    private final List<Manifest> manifests = new ArrayList<>();
    private final List<StaticFile> files = new ArrayList<>();
    private final Set<String> manifestNames = new HashSet<>();
    private final Set<RemotePath> paths = new HashSet<>();

    /// @param hosts of the cluster
    /// @param containers what runs them
    AddonSections(
            YamlMap spec,
            List<YamlMap> configs,
            List<ClusterHost> hosts,
            ContainerRuntime containers,
            SecretPolicy policy) {
        this.kept = K0sSection.isMeant(spec) ? keptWithK0s(hosts) : kept(containers);
        this.spec = spec;
        this.configs = configs;
        this.policy = policy;
        spec.maps("manifests").forEach(this::manifest);
        spec.maps("files").forEach(this::file);
        this.configs.forEach(this::config);
    }

    private static List<RemotePath> kept(ContainerRuntime containers) {
        return switch (containers) {
            case CONTAINERD -> KEPT;
            case DOCKER -> Stream.concat(KEPT.stream(), Stream.of(DOCKERS_CONFIG)).toList();
        };
    }

    private static List<RemotePath> keptWithK0s(List<ClusterHost> hosts) {
        var kept = new ArrayList<>(KEPT);
        kept.addAll(KEPT_WITH_K0S);
        hosts.stream()
                .map(h -> h.k0s().dataDirectory())
                .distinct()
                .forEach(data -> {
                    kept.add(data.resolveInside("pki"));
                    kept.add(data.resolveInside("manifests", "slipway"));
                });
        return kept;
    }

    List<Manifest> manifests() {
        return manifests;
    }

    List<StaticFile> files() {
        return files;
    }

    private void manifest(YamlMap map) {
        map.allow("name", "text", "url", "sha256");
        Optional<String> name =
                map.need("name")
                        .flatMap(t ->
                                map.parse(
                                        t,
                                        "lower-case letters, digits and inner hyphens",
                                        v ->
                                                Optional.of(v)
                                                        .filter(n ->
                                                                KubernetesNames.isLabel(n)
                                                                        && n.length() <= 40)));
        if (map.has("text") == map.has("url")) {
            map.place().invalid(map.node(), map.child("url"), "expected either text or url");
            return;
        }
        if (map.has("text")) {
            map.text("text")
                    .filter(t -> ManifestText.check(map.place(), t))
                    .ifPresent(t ->
                            add(
                                    map,
                                    name,
                                    Optional.of(t.value()),
                                    Optional.empty(),
                                    Optional.empty()));
            return;
        }
        Optional<String> url = map.parsed("url", SettingSections.URL_FORM, SettingSections::url);
        Optional<ContentDigest> digest =
                map.need("sha256")
                        .flatMap(t ->
                                map.parse(
                                        t,
                                        SettingSections.DIGEST_FORM,
                                        v -> Optional.of(new ContentDigest(v))));
        if (url.isPresent() && digest.isPresent()) {
            add(map, name, Optional.empty(), url, digest);
        }
    }

    private void add(
            YamlMap map,
            Optional<String> name,
            Optional<String> text,
            Optional<String> url,
            Optional<ContentDigest> digest) {
        if (name.isEmpty()) {
            return;
        }
        if (!manifestNames.add(name.get())) {
            map.place()
                    .invalid(
                            map.node(),
                            map.child("name"),
                            "two manifests are named " + Quoted.of(name.get()));
        }
        manifests.add(new Manifest(name.get(), text, url, digest));
    }

    private void file(YamlMap map) {
        var known = new ArrayList<>(FileSources.TEXT_FIELDS);
        known.addAll(List.of("path", "mode", "roles"));
        map.allow(known.toArray(String[]::new));
        Optional<RemotePath> path =
                map.need("path")
                        .flatMap(t -> map.parse(t, "an absolute path", AddonSections::absolute));
        Optional<FileSource> source = new FileSources(map, policy).read("text");
        int mode =
                map.parsed(
                                "mode",
                                "octal permission bits such as \"0644\"",
                                t ->
                                        Optional.of(t)
                                                .filter(m -> m.matches("0?[0-7]{3}"))
                                                .map(m -> Integer.parseInt(m, 8)))
                        .orElse(0644);
        var roles = new ArrayList<Role>();
        for (YamlMap.Text role : map.texts("roles")) {
            map.parse(role, "control-plane or worker", Role::of).ifPresent(roles::add);
        }
        if (map.has("roles") && map.items("roles").isEmpty()) {
            map.place().invalid(map.key("roles"), map.child("roles"), "there are no roles");
        }
        if (path.isPresent() && source.isPresent()) {
            add(
                    map,
                    path.get(),
                    source.get(),
                    mode,
                    roles.isEmpty() ? List.of(Role.values()) : roles);
        }
    }

    private void add(YamlMap map, RemotePath path, FileSource source, int mode, List<Role> roles) {
        Optional<RemotePath> other = kept.stream().filter(path::isInside).findFirst();
        if (other.isPresent()) {
            map.place()
                    .invalid(
                            map.key("path"),
                            map.child("path"),
                            "%s is not for files of yours: %s is Slipway's or the system's"
                                    .formatted(path, other.get()));
        }
        if (!paths.add(path)) {
            map.place().invalid(map.key("path"), map.child("path"), path + " stands there twice");
        }
        files.add(new StaticFile(path, source, mode, roles));
    }

    private static Optional<RemotePath> absolute(String text) {
        return text.startsWith("/") && text.matches("[^\\x00-\\x1f]{2,1024}")
                ? Optional.of(RemotePath.of(text))
                : Optional.empty();
    }

    private void config(YamlMap document) {
        document.allow("apiVersion", "kind", "metadata", "spec");
        Optional<YamlMap> section = document.map("spec");
        if (section.isEmpty()) {
            if (!document.has("spec")) {
                document.place().invalid(document.node(), "", "spec is missing");
            }
            return;
        }
        YamlMap map = section.get().allow("strategy", "process", "data", "appName", "path");
        map.text("strategy")
                .filter(t -> !t.value().equals("overwrite"))
                .ifPresent(t -> notServed(map, "strategy", "merging into files"));
        for (String key : List.of("process", "appName")) {
            if (map.has(key)) {
                notServed(map, key, "this");
            }
        }
        Optional<YamlMap.Text> path = map.need("path");
        Optional<YamlMap.Text> data = map.need("data");
        if (path.isPresent() && data.isPresent()) {
            config(map, path.get(), data.get());
        }
    }

    private void config(YamlMap map, YamlMap.Text path, YamlMap.Text data) {
        String value = path.value();
        if (value.matches("manifests/[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?\\.ya?ml")) {
            if (ManifestText.check(map.place(), data)) {
                String name = value.substring("manifests/".length(), value.lastIndexOf('.'));
                add(
                        map,
                        Optional.of(name),
                        Optional.of(data.value()),
                        Optional.empty(),
                        Optional.empty());
            }
        } else if (absolute(value).isPresent()) {
            add(
                    map,
                    RemotePath.of(value),
                    new FileSource.Text(data.value()),
                    0644,
                    List.of(Role.values()));
        } else {
            map.place()
                    .notServed(
                            path.node(),
                            path.path(),
                            "%s lies in a cluster image, which is not served yet: say manifests/NAME.yaml for a manifest, or an absolute path for a file on the hosts"
                                    .formatted(Quoted.of(value)));
        }
    }

    private static void notServed(YamlMap map, String key, String what) {
        map.place().notServed(map.key(key), map.child(key), what + " is not served yet");
    }
}
