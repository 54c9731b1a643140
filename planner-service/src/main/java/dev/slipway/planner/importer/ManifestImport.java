package dev.slipway.planner.importer;

import dev.slipway.planner.clusterfile.CanonicalYaml;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Kubernetes objects that stand beside k0sctl's own document, and are applied by it.
final class ManifestImport {
    private final List<ForeignDocument> documents;
    private final List<ForeignDocument> others;

    /// @param documents all of the file
    /// @param others those that are no objects, besides k0sctl's own
    ManifestImport(List<ForeignDocument> documents, List<ForeignDocument> others) {
        this.documents = documents;
        this.others = others;
    }

    List<Map<String, Object>> read() {
        var manifests = new ArrayList<Map<String, Object>>();
        var names = new HashSet<String>();
        for (ForeignDocument document : documents) {
            if (document.apiVersion().startsWith("k0sctl.") || others.contains(document)) {
                continue;
            }
            if (document.kind().isEmpty() || document.apiVersion().isEmpty()) {
                document.lost("", "no Kubernetes object: it has no apiVersion and kind");
            } else if (document.kind().equals("Secret")) {
                document.lost(
                        "",
                        "no Clusterfile holds secrets: create it in the cluster by another way");
            } else {
                document.mapped("", "spec.manifests[%d].text".formatted(manifests.size()));
                var manifest = new LinkedHashMap<String, Object>();
                manifest.put("name", name(document, names));
                manifest.put("text", CanonicalYaml.text(List.of(document.plain(""))));
                manifests.add(manifest);
            }
        }
        return manifests;
    }

    private static String name(ForeignDocument document, Set<String> taken) {
        String text =
                ClusterNames.label(
                        document.kind() + "-" + document.text("metadata.name").orElse(""),
                        36,
                        "object");
        String name = text;
        for (int i = 2; !taken.add(name); i++) {
            name = text + "-" + i;
        }
        return name;
    }
}
