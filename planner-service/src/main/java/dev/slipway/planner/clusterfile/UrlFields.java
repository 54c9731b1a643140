package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.ContentDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// The sections of a Clusterfile that name what hosts fetch, for the command line, which can bring
/// it to them another way: artifacts, archives of images, manifests. Only texts are read and
/// replaced here; the network is the caller's.
public final class UrlFields {
    private static final String URL = "url";
    private static final String SHA256 = "sha256";

    private UrlFields() {}

    /// @param field `spec.artifacts.cni`, `spec.images[0]` or `spec.manifests[1]`
    public record Fetched(String field, String url, ContentDigest sha256) {
        /// Whether it stands in the Clusterfile where it is not fetched.
        public boolean isManifest() {
            return field.startsWith("spec.manifests");
        }
    }

    private record Located(Fetched fetched, MappingNode section, NodeTuple url, NodeTuple sha256) {}

    /// In the order of artifacts, images, manifests; none where the text is no readable YAML, which
    /// [ClusterfileReader] reports.
    public static List<Fetched> find(String text) {
        return located(text).map(Located::fetched).toList();
    }

    /// The text with `content` and `size`, or `text`, in place of each `url` and `sha256`;
    /// everything else stays byte for byte.
    ///
    /// @param source where it comes from instead; empty leaves it as it is
    public static String replace(String text, Function<Fetched, Optional<FileSource>> source) {
        var edits = new ArrayList<SecretFields.Edit>();
        located(text)
                .forEach(located ->
                        source.apply(located.fetched())
                                .ifPresent(s -> edits.addAll(edits(text, located, s))));
        return SecretFields.Edit.apply(text, edits);
    }

    private static List<SecretFields.Edit> edits(String text, Located located, FileSource source) {
        boolean flow = located.section().getFlowStyle() == FlowStyle.FLOW;
        // The first may share its line with the dash of a list.
        boolean urlFirst = start(text, located.url()) < start(text, located.sha256());
        NodeTuple first = urlFirst ? located.url() : located.sha256();
        NodeTuple second = urlFirst ? located.sha256() : located.url();
        int from = start(text, first);
        String separator = flow ? ", " : "\n" + SecretFields.Located.indentation(text, from);
        String instead =
                switch (source) {
                    case FileSource.Stored(var content, long size) ->
                            "content: %s%ssize: %d".formatted(content, separator, size);
                    case FileSource.Text(String own) -> "text: " + FileFields.quoted(own);
                    case FileSource.Url _, FileSource.Local _ ->
                            throw new IllegalArgumentException("fetched in another way: " + source);
                };
        return List.of(
                new SecretFields.Edit(from, end(text, first), instead),
                SecretFields.Located.removal(text, flow, start(text, second), end(text, second)));
    }

    private static int start(String text, NodeTuple entry) {
        return SecretFields.Located.start(text, entry.getKeyNode());
    }

    private static int end(String text, NodeTuple entry) {
        return SecretFields.Located.end(text, entry.getValueNode());
    }

    private static Stream<Located> located(String text) {
        return YamlText.compose(text, new ProblemList()).stream()
                .flatMap(root -> SecretFields.child(root, "spec").stream())
                .flatMap(spec ->
                        Stream.of(artifacts(spec), items(spec, "images"), items(spec, "manifests"))
                                .flatMap(found -> found));
    }

    private static Stream<Located> artifacts(Node spec) {
        return SecretFields.child(spec, "artifacts")
                .filter(MappingNode.class::isInstance)
                .map(n -> ((MappingNode) n).getValue())
                .orElse(List.of())
                .stream()
                .filter(t -> t.getKeyNode() instanceof ScalarNode)
                .flatMap(t ->
                        locate(
                                "spec.artifacts." + ((ScalarNode) t.getKeyNode()).getValue(),
                                t.getValueNode())
                                .stream());
    }

    private static Stream<Located> items(Node spec, String section) {
        List<Node> items = SecretFields.items(SecretFields.child(spec, section));
        return Stream.iterate(0, i -> i < items.size(), i -> i + 1)
                .flatMap(i -> locate("spec.%s[%d]".formatted(section, i), items.get(i)).stream());
    }

    private static Optional<Located> locate(String field, Node section) {
        if (!(section instanceof MappingNode map)) {
            return Optional.empty();
        }
        Optional<NodeTuple> url = entry(map, URL);
        Optional<NodeTuple> sha256 = entry(map, SHA256);
        return url.isPresent() && sha256.isPresent()
                ? digest(sha256.get())
                        .map(d ->
                                new Located(
                                        new Fetched(field, value(url.get()), d),
                                        map,
                                        url.get(),
                                        sha256.get()))
                : Optional.empty();
    }

    private static Optional<NodeTuple> entry(MappingNode map, String name) {
        return map.getValue().stream()
                .filter(t ->
                        t.getKeyNode() instanceof ScalarNode key
                                && key.getValue().equals(name)
                                && t.getValueNode() instanceof ScalarNode)
                .findFirst();
    }

    private static Optional<ContentDigest> digest(NodeTuple entry) {
        try {
            return Optional.of(new ContentDigest(value(entry)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static String value(NodeTuple entry) {
        return ((ScalarNode) entry.getValueNode()).getValue();
    }
}
