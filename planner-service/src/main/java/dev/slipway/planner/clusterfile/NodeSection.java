package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Labels and taints of a host.
final class NodeSection {
    private NodeSection() {}

    static SortedMap<String, String> labels(YamlMap entry) {
        var labels = new TreeMap<String, String>();
        entry.map("labels")
                .ifPresent(map -> {
                    for (String key : map.keys()) {
                        if (!KubernetesNames.isQualifiedName(key)) {
                            map.place()
                                    .invalid(
                                            map.key(key),
                                            map.child(key),
                                            Quoted.of(key) + " is no label's key");
                        }
                        map.parsed(
                                        key,
                                        "a label's value: at most 63 letters, digits, inner dots, hyphens and underscores",
                                        t ->
                                                java.util.Optional.of(t)
                                                        .filter(KubernetesNames::isLabelValue))
                                .ifPresent(value -> labels.put(key, value));
                    }
                });
        return labels;
    }

    static List<Taint> taints(YamlMap entry) {
        var taints = new ArrayList<Taint>();
        for (YamlMap.Text text : entry.texts("taints")) {
            entry.parse(
                            text,
                            "key=value:Effect, key:Effect, key:Effect- or key-, with effect NoSchedule, PreferNoSchedule or NoExecute",
                            Taint::parse)
                    .ifPresent(taints::add);
        }
        return taints;
    }
}
