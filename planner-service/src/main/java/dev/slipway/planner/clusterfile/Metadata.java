package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.ClusterName;
import java.util.Optional;

/// What every document of our own has: `metadata.name` and `spec`.
final class Metadata {
    private Metadata() {}

    static Optional<ClusterName> name(YamlMap document) {
        Optional<YamlMap> metadata = document.map("metadata");
        if (metadata.isEmpty()) {
            if (!document.has("metadata")) {
                document.place().invalid(document.node(), "", "metadata.name is missing");
            }
            return Optional.empty();
        }
        YamlMap map = metadata.get().allow("name", "annotations", "labels", "creationTimestamp");
        return map.need("name")
                .flatMap(t ->
                        map.parse(
                                t,
                                "1 to 63 lower-case letters, digits and inner hyphens",
                                text -> Optional.of(new ClusterName(text))));
    }

    static Optional<YamlMap> spec(YamlMap document) {
        Optional<YamlMap> spec = document.map("spec");
        if (spec.isEmpty() && !document.has("spec")) {
            document.place().invalid(document.node(), "", "spec is missing");
        }
        return spec;
    }
}
