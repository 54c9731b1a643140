package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.Quoted;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// What of `spec.registries` Docker cannot be told: it has mirrors of Docker Hub alone, without a
/// path, and pulls with the logins of those who ask it (Docker documentation, "dockerd" and
/// "Registry as a pull through cache"). What containerd would do and Docker would not is refused
/// rather than left out in silence.
final class DockerRegistries {
    private static final String OR_CONTAINERD = ", or say spec.containerRuntime.type: containerd";

    private DockerRegistries() {}

    /// @param map an item of `spec.registries`
    static void check(YamlMap map) {
        logins(map);
        Optional<String> host = scalar(map, "host");
        boolean any = host.filter(Registry.ANY::equals).isPresent();
        boolean hub = host.filter(Registry.DOCKER_HUB::equals).isPresent();
        if (any || (map.has("mirrors") && !hub)) {
            map.place()
                    .invalid(
                            map.key(any ? "host" : "mirrors"),
                            map.child(any ? "host" : "mirrors"),
                            "Docker has mirrors of docker.io alone: name images by the mirror's host (Kubernetes' own by ClusterConfiguration.imageRepository)"
                                    + OR_CONTAINERD);
        }
        if (hub) {
            for (String field : List.of("ca", "caFile", "skipVerify")) {
                refuse(
                        map,
                        field,
                        "%s of docker.io itself is not read by Docker: say it of a mirror"
                                .formatted(field));
            }
        }
    }

    /// @param map an item of a registry's `mirrors`
    static void checkMirror(YamlMap map) {
        logins(map);
        refuse(map, "pullOnly", "Docker trusts its mirrors with tags too: take pullOnly out");
        scalar(map, "url")
                .filter(DockerRegistries::hasPath)
                .ifPresent(url ->
                        map.place()
                                .invalid(
                                        map.value("url").orElse(map.node()),
                                        map.child("url"),
                                        "%s has a path, which Docker takes in no mirror: say host and port alone"
                                                        .formatted(Quoted.of(url))
                                                + OR_CONTAINERD));
    }

    private static void logins(YamlMap map) {
        for (String field : List.of("credential", "username", "password")) {
            refuse(
                    map,
                    field,
                    "Docker keeps no login for what kubeadm and the kubelet pull: bring the images (spec.images), have pods name imagePullSecrets");
        }
    }

    private static void refuse(YamlMap map, String field, String why) {
        if (map.has(field)) {
            map.place().invalid(map.key(field), map.child(field), why + OR_CONTAINERD);
        }
    }

    private static boolean hasPath(String url) {
        try {
            String path = URI.create(url).getRawPath();
            return path != null && path.length() > 1;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// Others read it too, and say what is wrong with its form.
    private static Optional<String> scalar(YamlMap map, String field) {
        return map.value(field)
                .filter(ScalarNode.class::isInstance)
                .map(n -> ((ScalarNode) n).getValue());
    }
}
