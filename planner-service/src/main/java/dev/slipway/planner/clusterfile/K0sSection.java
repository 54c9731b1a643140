package dev.slipway.planner.clusterfile;

import java.util.Map;
import java.util.Optional;

/// `spec.runtime` of a k0s cluster with its document of kind `ClusterConfig`.
final class K0sSection {
    /// What k0s's own configuration says, and where.
    private static final Map<String, String> ELSEWHERE =
            Map.of(
                    "apiPort", "spec.api.port",
                    "endpoint", "spec.api.externalAddress");

    private final YamlMap spec;
    private final ClusterDocument.Documents documents;
    private final Optional<K0sVersion> release;
    private final boolean dynamicConfig;

    /// @param spec of a cluster whose runtime is k0s
    K0sSection(YamlMap spec, ClusterDocument.Documents documents) {
        this.spec = spec;
        this.documents = documents;
        Optional<YamlMap> runtime =
                spec.map("runtime").map(r -> r.allow("type", "version", "dynamicConfig"));
        release = runtime.flatMap(K0sSection::release);
        dynamicConfig = runtime.filter(r -> r.flag("dynamicConfig")).isPresent();
    }

    /// Whether the runtime is k0s.
    static boolean isMeant(YamlMap spec) {
        return spec.isMap("runtime")
                && spec.map("runtime")
                        .flatMap(r -> r.text("type"))
                        .filter(t -> t.value().equals("k0s"))
                        .isPresent();
    }

    /// For a cluster of another runtime.
    static void refuse(ClusterDocument.Documents documents) {
        documents
                .k0s()
                .ifPresent(d ->
                        d.place()
                                .invalid(
                                        d.value("kind").orElseThrow(),
                                        "kind",
                                        "kind ClusterConfig is k0s's: say spec.runtime.type: k0s, or take the document out"));
    }

    /// Empty where it is missing or none.
    Optional<K0sVersion> release() {
        return release;
    }

    /// What the file says in k0s's own words.
    K0sConfig config(K0sRules.Around around) {
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
        return documents
                .k0s()
                .map(d -> K0sDocument.read(d, release, around))
                .orElse(K0sConfig.EMPTY);
    }

    /// Empty where its release is missing.
    Optional<ClusterRuntime.K0s> runtime(K0sConfig config) {
        return release.map(r -> new ClusterRuntime.K0s(r, config, dynamicConfig));
    }

    /// Where nodes and users reach the API: the address that k0s is told, the first virtual one
    /// that its controllers share, or the first controller's own.
    static Endpoint endpoint(ClusterRuntime.K0s k0s) {
        int port = apiPort(k0s);
        return api(k0s).externalHost()
                .or(k0s::virtualAddress)
                .<Endpoint>map(address -> new Endpoint.External(address, port))
                .orElseGet(() -> new Endpoint.ControlPlane(port));
    }

    static int apiPort(ClusterRuntime.K0s k0s) {
        return api(k0s).port().orElseThrow();
    }

    private static K0sConfig.Api api(ClusterRuntime.K0s k0s) {
        return k0s.filled().spec().flatMap(K0sConfig.Spec::api).orElseThrow();
    }

    private static Optional<K0sVersion> release(YamlMap runtime) {
        Optional<K0sVersion> version =
                runtime.need("version")
                        .flatMap(t -> runtime.parse(t, K0sVersion.EXPECTED, K0sVersion::parse));
        version.filter(v -> !v.kubernetes().isAtLeast(1, 22) || v.kubernetes().major() > 1)
                .ifPresent(v ->
                        runtime.place()
                                .notServed(
                                        runtime.key("version"),
                                        runtime.child("version"),
                                        "k0s %s is not served, v1.22 and later are".formatted(v)));
        return version;
    }
}
