package dev.slipway.planner.clusterfile;

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

/// The fields of a Clusterfile that name files of the user's machine, for the command line, which
/// sends the files to the content store and puts their digests there. Only texts are read and
/// replaced here; files are the caller's.
public final class FileFields {
    private static final String FILE = "file";

    private FileFields() {}

    /// @param field `spec.artifacts.runc.file` or `spec.files[2].file`
    /// @param path as it stands there
    public record LocalFile(String field, String path) {}

    private record Located(LocalFile file, MappingNode section, NodeTuple entry) {}

    /// In the order of the text; none where the text is no readable YAML, which [ClusterfileReader]
    /// reports.
    public static List<LocalFile> find(String text) {
        return located(text).stream().map(Located::file).toList();
    }

    /// The text with `content` and `size` in place of each `file`; everything else stays byte for
    /// byte.
    ///
    /// @param stored what a file was stored as
    public static String replace(String text, Function<LocalFile, FileSource.Stored> stored) {
        var edits = new ArrayList<SecretFields.Edit>();
        for (Located located : located(text)) {
            FileSource.Stored content = stored.apply(located.file());
            int from = SecretFields.Located.start(text, located.entry().getKeyNode());
            int to = SecretFields.Located.end(text, located.entry().getValueNode());
            boolean flow = located.section().getFlowStyle() == FlowStyle.FLOW;
            String separator = flow ? ", " : "\n" + SecretFields.Located.indentation(text, from);
            edits.add(
                    new SecretFields.Edit(
                            from,
                            to,
                            "content: %s%ssize: %d"
                                    .formatted(content.content(), separator, content.size())));
        }
        return SecretFields.Edit.apply(text, edits);
    }

    private static List<Located> located(String text) {
        return YamlText.compose(text, new ProblemList()).stream()
                .flatMap(root -> SecretFields.child(root, "spec").stream())
                .flatMap(spec -> Stream.concat(artifacts(spec), files(spec)))
                .toList();
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

    private static Stream<Located> files(Node spec) {
        List<Node> items = SecretFields.items(SecretFields.child(spec, "files"));
        return Stream.iterate(0, i -> i < items.size(), i -> i + 1)
                .flatMap(i -> locate("spec.files[%d]".formatted(i), items.get(i)).stream());
    }

    private static Optional<Located> locate(String field, Node section) {
        if (!(section instanceof MappingNode map)) {
            return Optional.empty();
        }
        return map.getValue().stream()
                .filter(t ->
                        t.getKeyNode() instanceof ScalarNode key
                                && key.getValue().equals(FILE)
                                && t.getValueNode() instanceof ScalarNode)
                .findFirst()
                .map(t ->
                        new Located(
                                new LocalFile(
                                        field + "." + FILE,
                                        ((ScalarNode) t.getValueNode()).getValue()),
                                map,
                                t));
    }
}
