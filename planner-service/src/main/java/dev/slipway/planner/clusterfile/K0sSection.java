package dev.slipway.planner.clusterfile;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// `spec.runtime` of a k0s cluster with its document of kind `ClusterConfig`. All of it is checked;
/// such a cluster cannot be planned yet, so the file is never accepted.
final class K0sSection {
    /// What k0s's own configuration says, and where.
    private static final Map<String, String> ELSEWHERE =
            Map.of(
                    "apiPort", "spec.api.port",
                    "endpoint", "spec.api.externalAddress");

    private final YamlMap spec;
    private final ClusterDocument.Documents documents;

    K0sSection(YamlMap spec, ClusterDocument.Documents documents) {
        this.spec = spec;
        this.documents = documents;
    }

    /// Whether the runtime is k0s.
    boolean isMeant() {
        return runtime()
                .flatMap(r -> r.text("type"))
                .filter(t -> t.value().equals("k0s"))
                .isPresent();
    }

    /// For a cluster of another runtime.
    void refuse() {
        documents
                .k0s()
                .ifPresent(d ->
                        d.place()
                                .invalid(
                                        d.value("kind").orElseThrow(),
                                        "kind",
                                        "kind ClusterConfig is k0s's: say spec.runtime.type: k0s, or take the document out"));
    }

    void check() {
        Optional<YamlMap> runtime = runtime().map(r -> r.allow("type", "version"));
        Optional<K0sVersion> version = runtime.flatMap(this::version);
        runtime.flatMap(r -> r.text("type"))
                .ifPresent(t ->
                        spec.place()
                                .notServed(
                                        t.node(),
                                        t.path(),
                                        "clusters of k0s are not planned yet: the file is checked, and nothing is installed from it"));
        documents
                .kubeadm()
                .forEach((kind, document) ->
                        document.place()
                                .invalid(
                                        document.value("kind").orElseThrow(),
                                        "kind",
                                        "kind %s is kubeadm's, and the runtime is k0s: say it in ClusterConfig"
                                                .formatted(kind.kind())));
        ELSEWHERE.forEach((field, where) -> {
            if (spec.has(field)) {
                spec.place()
                        .invalid(
                                spec.key(field),
                                spec.child(field),
                                "with k0s this is said in ClusterConfig, as " + where);
            }
        });
        documents.k0s().ifPresent(d -> K0sDocument.read(d, version, hosts()));
    }

    private Optional<YamlMap> runtime() {
        return spec.isMap("runtime") ? spec.map("runtime") : Optional.empty();
    }

    private Optional<K0sVersion> version(YamlMap runtime) {
        Optional<K0sVersion> version =
                runtime.need("version")
                        .flatMap(t -> runtime.parse(t, K0sVersion.EXPECTED, K0sVersion::parse));
        version.filter(v -> !v.kubernetes().isAtLeast(1, 22))
                .ifPresent(v ->
                        runtime.place()
                                .notServed(
                                        runtime.key("version"),
                                        runtime.child("version"),
                                        "k0s %s is not served, v1.22 and later are".formatted(v)));
        return version;
    }

    private K0sRules.K0sHosts hosts() {
        int controllers = 0;
        boolean working = false;
        for (YamlMap entry : spec.maps("hosts")) {
            List<Role> roles =
                    entry.texts("roles").stream()
                            .flatMap(t -> Role.of(t.value()).stream())
                            .toList();
            if (roles.contains(Role.CONTROL_PLANE)) {
                controllers += addresses(entry);
                working |= roles.contains(Role.WORKER);
            }
        }
        return new K0sRules.K0sHosts(controllers, working);
    }

    private static int addresses(YamlMap entry) {
        return entry.texts("ips").stream()
                .flatMap(t ->
                        AddressRanges.expand(t.value()).map(List::stream).orElseGet(Stream::empty))
                .toList()
                .size();
    }
}
