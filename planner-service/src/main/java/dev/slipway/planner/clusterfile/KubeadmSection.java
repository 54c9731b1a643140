package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.Quoted;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// kubeadm's documents together with `spec.runtime`, `spec.apiPort` and `spec.endpoint`: what can
/// be said in either place is taken from where it stands, and saying two different things is a
/// problem.
final class KubeadmSection {
    private final YamlMap cluster;
    private final Map<KubeadmKind, YamlMap> documents;

    KubeadmSection(YamlMap cluster, Map<KubeadmKind, YamlMap> documents) {
        this.cluster = cluster;
        this.documents = documents;
    }

    /// @param documents the user's, without what has a place of its own, in the form of v1beta4
    record Settings(
            Optional<KubernetesVersion> version,
            Optional<Endpoint> endpoint,
            int apiPort,
            Map<KubeadmKind, Map<String, Object>> documents) {}

    /// @param containers what runs them
    Settings read(YamlMap spec, ContainerRuntime containers) {
        Optional<KubernetesVersion> version = version(spec);
        int port = port(spec);
        Optional<Endpoint> endpoint = endpoint(spec, port);
        var bodies = new EnumMap<KubeadmKind, Map<String, Object>>(KubeadmKind.class);
        documents.forEach((kind, document) -> {
            KubeadmFields.check(kind, document);
            KubeadmRules.check(kind, document, containers);
            bodies.put(
                    kind,
                    KubeadmBody.of(
                            kind, document, version.map(v -> v.isAtLeast(1, 31)).orElse(true)));
        });
        return new Settings(version, endpoint, port, bodies);
    }

    private Optional<KubernetesVersion> version(YamlMap spec) {
        Optional<YamlMap> runtime = spec.map("runtime").map(r -> r.allow("type", "version"));
        runtime.flatMap(r -> r.text("type")).ifPresent(t -> type(spec, t));
        Optional<YamlMap.Text> here = runtime.flatMap(r -> r.text("version"));
        Optional<YamlMap.Text> there =
                Optional.ofNullable(documents.get(KubeadmKind.CLUSTER))
                        .flatMap(d -> d.text("kubernetesVersion"));
        if (here.isEmpty() && there.isEmpty()) {
            cluster.place()
                    .invalid(
                            spec.node(),
                            spec.child("runtime"),
                            "version is missing: say spec.runtime.version, for example v1.36.2");
        }
        Optional<KubernetesVersion> first = here.flatMap(t -> version(spec, t));
        Optional<KubernetesVersion> second = there.flatMap(t -> version(spec, t));
        if (first.isPresent() && second.isPresent() && !first.equals(second)) {
            differ(there, "kubernetesVersion", second.get(), "spec.runtime.version", first.get());
        }
        return first.or(() -> second);
    }

    private Optional<KubernetesVersion> version(YamlMap spec, YamlMap.Text text) {
        Optional<KubernetesVersion> version =
                spec.parse(text, "a Kubernetes release such as v1.36.2", KubernetesVersion::parse);
        version.filter(v -> !v.isAtLeast(1, 22) || v.major() > 1)
                .ifPresent(v ->
                        cluster.place()
                                .notServed(
                                        text.node(),
                                        text.path(),
                                        "Kubernetes %s is not served, v1.22 and later are"
                                                .formatted(v)));
        return version;
    }

    private static void type(YamlMap spec, YamlMap.Text text) {
        List<String> known = List.of("kubeadm", "kubernetes", "k0s", "k3s");
        switch (text.value()) {
            case "kubeadm", "kubernetes" -> {}
            case "k3s" ->
                    spec.place()
                            .notServed(
                                    text.node(),
                                    text.path(),
                                    "runtime k3s is not served yet, kubeadm is");
            default ->
                    spec.place()
                            .unknown(
                                    text.node(),
                                    text.path(),
                                    "unknown runtime " + Quoted.of(text.value()),
                                    text.value(),
                                    known);
        }
    }

    private int port(YamlMap spec) {
        OptionalInt here = spec.integer("apiPort", 1, 65535);
        OptionalInt there =
                Optional.ofNullable(documents.get(KubeadmKind.INIT))
                        .flatMap(d -> d.map("localAPIEndpoint"))
                        .map(m -> m.integer("bindPort", 1, 65535))
                        .orElse(OptionalInt.empty());
        if (here.isPresent() && there.isPresent() && here.getAsInt() != there.getAsInt()) {
            YamlMap init = documents.getOrDefault(KubeadmKind.INIT, cluster);
            differ(
                    init.map("localAPIEndpoint").flatMap(m -> m.text("bindPort")),
                    "bindPort",
                    there.getAsInt(),
                    "spec.apiPort",
                    here.getAsInt());
        }
        return here.orElse(there.orElse(6443));
    }

    private Optional<Endpoint> endpoint(YamlMap spec, int port) {
        Optional<Endpoint> here = new EndpointSection(spec, port).read();
        Optional<YamlMap.Text> there =
                Optional.ofNullable(documents.get(KubeadmKind.CLUSTER))
                        .flatMap(d -> d.text("controlPlaneEndpoint"));
        Optional<String> other =
                there.flatMap(t ->
                        spec.parse(
                                t,
                                "HOST:%d, a DNS name or an IP address and the API's port"
                                        .formatted(port),
                                v -> hostOf(v, port)));
        if (here.isPresent() && other.isPresent() && !here.get().host().equals(other)) {
            differ(
                    there,
                    "controlPlaneEndpoint",
                    other.get(),
                    "spec.endpoint",
                    here.get().describe());
        }
        return here.or(() -> other.map(host -> new Endpoint.External(host, port)));
    }

    private static Optional<String> host(String text) {
        return Optional.of(text)
                .filter(t -> AddressRanges.isIp(t) || KubernetesNames.isSubdomain(t));
    }

    private static Optional<String> hostOf(String endpoint, int port) {
        String suffix = ":" + port;
        String host =
                endpoint.endsWith(suffix)
                        ? endpoint.substring(0, endpoint.length() - suffix.length())
                        : endpoint;
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return host(bracketed ? host.substring(1, host.length() - 1) : host);
    }

    private void differ(
            Optional<YamlMap.Text> place, String field, Object value, String other, Object wanted) {
        place.ifPresent(text ->
                cluster.place()
                        .invalid(
                                text.node(),
                                text.path(),
                                "%s is %s here and %s is %s: say it once"
                                        .formatted(field, value, other, wanted)));
    }
}
