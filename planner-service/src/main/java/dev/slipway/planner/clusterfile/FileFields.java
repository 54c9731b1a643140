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
    private static final String TEXT_FILE = "caFile";

    private FileFields() {}

    /// @param field `spec.artifacts.runc.file`, `spec.images[0].file` or `spec.files[2].file`; of
    ///   those that become texts `spec.registries[0].caFile` or
    ///   `spec.registries[0].mirrors[1].caFile`
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

    /// The files whose text becomes part of the Clusterfile, in its order.
    public static List<LocalFile> findTexts(String text) {
        return locatedTexts(text).stream().map(Located::file).toList();
    }

    /// The text with `ca`, a file's text in double quotes, in place of each `caFile`; everything
    /// else stays byte for byte.
    public static String replaceTexts(String text, Function<LocalFile, String> content) {
        var edits = new ArrayList<SecretFields.Edit>();
        for (Located located : locatedTexts(text)) {
            edits.add(
                    new SecretFields.Edit(
                            SecretFields.Located.start(text, located.entry().getKeyNode()),
                            SecretFields.Located.end(text, located.entry().getValueNode()),
                            "ca: " + quoted(content.apply(located.file()))));
        }
        return SecretFields.Edit.apply(text, edits);
    }

    /// As YAML 1.2 §7.3.1 has it.
    static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        text.chars()
                .forEach(c -> {
                    switch (c) {
                        case '\n' -> quoted.append("\\n");
                        case '"', '\\' -> quoted.append('\\').append((char) c);
                        default ->
                                quoted.append(
                                        c >= ' ' && c < 0x7f
                                                ? String.valueOf((char) c)
                                                : "\\u%04x".formatted(c));
                    }
                });
        return quoted.append('"').toString();
    }

    private static List<Located> locatedTexts(String text) {
        return YamlText.compose(text, new ProblemList()).stream()
                .flatMap(root -> SecretFields.child(root, "spec").stream())
                .flatMap(spec -> servers(spec, "spec.registries", "registries"))
                .toList();
    }

    /// The list's items and, below each, its mirrors.
    private static Stream<Located> servers(Node parent, String path, String key) {
        List<Node> items = SecretFields.items(SecretFields.child(parent, key));
        return Stream.iterate(0, i -> i < items.size(), i -> i + 1)
                .flatMap(i -> {
                    String field = "%s[%d]".formatted(path, i);
                    return Stream.concat(
                            locate(field, items.get(i), TEXT_FILE).stream(),
                            servers(items.get(i), field + ".mirrors", "mirrors"));
                });
    }

    private static List<Located> located(String text) {
        return YamlText.compose(text, new ProblemList()).stream()
                .flatMap(root -> SecretFields.child(root, "spec").stream())
                .flatMap(spec ->
                        Stream.of(artifacts(spec), items(spec, "images"), items(spec, "files"))
                                .flatMap(found -> found))
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
                                t.getValueNode(),
                                FILE)
                                .stream());
    }

    private static Stream<Located> items(Node spec, String section) {
        List<Node> items = SecretFields.items(SecretFields.child(spec, section));
        return Stream.iterate(0, i -> i < items.size(), i -> i + 1)
                .flatMap(i ->
                        locate("spec.%s[%d]".formatted(section, i), items.get(i), FILE).stream());
    }

    private static Optional<Located> locate(String field, Node section, String name) {
        if (!(section instanceof MappingNode map)) {
            return Optional.empty();
        }
        return map.getValue().stream()
                .filter(t ->
                        t.getKeyNode() instanceof ScalarNode key
                                && key.getValue().equals(name)
                                && t.getValueNode() instanceof ScalarNode)
                .findFirst()
                .map(t ->
                        new Located(
                                new LocalFile(
                                        field + "." + name,
                                        ((ScalarNode) t.getValueNode()).getValue()),
                                map,
                                t));
    }
}
