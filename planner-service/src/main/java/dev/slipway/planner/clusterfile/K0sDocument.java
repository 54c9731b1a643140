package dev.slipway.planner.clusterfile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/// k0s's configuration as a document of kind `ClusterConfig`.
///
/// @param config what is good of it
/// @param problems of single fields, in the order of the text; what they are about is not in
///   `config`
public record K0sDocument(K0sConfig config, List<Problem> problems) {
    /// Later than any.
    private static final KubernetesVersion NEWEST = new KubernetesVersion(1, 999, 0, "");

    public K0sDocument {
        problems = List.copyOf(problems);
    }

    /// Reads one by itself, without `apiVersion` and `kind` or with them.
    ///
    /// @param version of k0s, for what belongs to certain releases only
    public static K0sDocument read(String text, Optional<K0sVersion> version) {
        var problems = new ProblemList();
        K0sConfig config = K0sConfig.EMPTY;
        for (Node root : YamlText.compose(text, problems)) {
            var place = new ProblemList.Place(problems, 1);
            config = YamlMap.of(place, root, "").map(m -> config(m, version)).orElse(config);
        }
        return new K0sDocument(config, problems.sorted());
    }

    /// Reads the one of a Clusterfile.
    static K0sConfig read(YamlMap document, Optional<K0sVersion> version, K0sRules.Around around) {
        K0sConfig config = config(document, version);
        K0sRules.check(
                config,
                K0sDefaults.fill(config, version.map(K0sVersion::kubernetes).orElse(NEWEST)),
                new K0sPlaces(document.place(), document.node()),
                around);
        return config;
    }

    private static K0sConfig config(YamlMap document, Optional<K0sVersion> version) {
        return new SchemaReader("k0s", version.map(K0sVersion::kubernetes))
                .read(document, K0sConfig.class, "apiVersion", "kind");
    }

    /// As plain maps, lists and scalars: fields in the schema's order, what is absent left out.
    public Map<String, Object> plain() {
        var plain = new LinkedHashMap<String, Object>();
        plain.put("apiVersion", K0sConfig.API_VERSION);
        plain.put("kind", K0sConfig.KIND);
        plain.putAll(SchemaWriter.plain(config));
        return plain;
    }

    /// The canonical text; reading it gives the same again.
    public String text() {
        return CanonicalYaml.text(List.of(plain()));
    }
}
