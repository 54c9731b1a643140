package dev.slipway.planner.clusterfile;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// Changes the text of a k0s Clusterfile in one place; everything else stays byte for byte. The
/// texts are ones that [ClusterfileReader] accepts, and it judges what comes out.
public final class K0sEdits {
    private static final Pattern END_OF_DOCUMENT = Pattern.compile("(?m)^(---|\\.\\.\\.)(?=\\s|$)");

    private K0sEdits() {}

    /// The text with another release of k0s.
    public static String release(String text, K0sVersion release) {
        return specs(text)
                .flatMap(spec -> SecretFields.child(spec, "runtime").stream())
                .flatMap(runtime -> SecretFields.child(runtime, "version").stream())
                .findFirst()
                .map(version -> replaced(text, version, release.toString()))
                .orElse(text);
    }

    /// Where the program `k0s` comes from: an artifact's URL with its SHA-256, or a file of the
    /// user's machine.
    public sealed interface Program {
        record Url(String url, String sha256) implements Program {}

        record LocalFile(String path) implements Program {}

        private String yaml() {
            return switch (this) {
                case Url(var url, var sha256) ->
                        "{url: %s, sha256: %s}"
                                .formatted(FileFields.quoted(url), FileFields.quoted(sha256));
                case LocalFile(var path) -> "{file: %s}".formatted(FileFields.quoted(path));
            };
        }
    }

    /// Whether hosts get their `k0s` from the Clusterfile at all.
    public static boolean hasProgram(String text) {
        return specs(text)
                .flatMap(spec -> SecretFields.child(spec, "artifacts").stream())
                .anyMatch(artifacts -> SecretFields.child(artifacts, "k0s").isPresent());
    }

    /// The text with another program as its artifact `k0s`.
    public static String program(String text, Program program) {
        Optional<MappingNode> spec = specs(text).findFirst();
        if (spec.isEmpty()) {
            return text;
        }
        return SecretFields.child(spec.get(), "artifacts")
                .filter(MappingNode.class::isInstance)
                .map(artifacts -> put(text, (MappingNode) artifacts, "k0s", program.yaml()))
                .orElseGet(() ->
                        put(text, spec.get(), "artifacts", "{k0s: %s}".formatted(program.yaml())));
    }

    /// The document of kind `ClusterConfig` as it stands there, with its comments; empty if there
    /// is none.
    public static Optional<String> config(String text) {
        return config(text, roots(text)).map(place -> text.substring(place.from(), place.to()));
    }

    /// The text with another document of kind `ClusterConfig`, which comes last where there was
    /// none.
    public static String withConfig(String text, String document) {
        String lines = document.isBlank() ? "" : document.stripTrailing() + "\n";
        return config(text, roots(text))
                .map(place -> text.substring(0, place.from()) + lines + text.substring(place.to()))
                .orElseGet(() ->
                        text
                                + (text.isEmpty() || text.endsWith("\n") ? "" : "\n")
                                + "---\n"
                                + lines);
    }

    private record Place(int from, int to) {}

    /// From the separator before it to the one after it.
    private static Optional<Place> config(String text, List<Node> roots) {
        return roots.stream()
                .filter(root -> isOfKind(root, K0sConfig.KIND))
                .findFirst()
                .map(root -> {
                    int from = SecretFields.Located.start(text, root);
                    while (from > 0 && isAside(text, from)) {
                        from = text.lastIndexOf('\n', from - 2) + 1;
                    }
                    Matcher end = END_OF_DOCUMENT.matcher(text);
                    return new Place(
                            from,
                            end.find(SecretFields.Located.end(text, root))
                                    ? end.start()
                                    : text.length());
                });
    }

    /// Whether the line before says nothing: a comment or a blank one.
    private static boolean isAside(String text, int from) {
        if (text.charAt(from - 1) != '\n') {
            return false;
        }
        String line = text.substring(text.lastIndexOf('\n', from - 2) + 1, from).strip();
        return line.isEmpty() || line.startsWith("#");
    }

    private static Stream<MappingNode> specs(String text) {
        return roots(text).stream()
                .filter(root -> isOfKind(root, "Cluster"))
                .flatMap(root -> SecretFields.child(root, "spec").stream())
                .filter(MappingNode.class::isInstance)
                .map(MappingNode.class::cast);
    }

    private static boolean isOfKind(Node root, String kind) {
        return SecretFields.child(root, "kind")
                .filter(n -> n instanceof ScalarNode s && s.getValue().equals(kind))
                .isPresent();
    }

    private static List<Node> roots(String text) {
        return YamlText.compose(text, new ProblemList());
    }

    private static String replaced(String text, Node node, String value) {
        return new StringBuilder(text)
                .replace(
                        SecretFields.Located.start(text, node),
                        SecretFields.Located.end(text, last(node)),
                        value)
                .toString();
    }

    /// What a node ends with: a block itself reaches over the comments that follow.
    private static Node last(Node node) {
        return node instanceof MappingNode map
                        && map.getFlowStyle() == FlowStyle.BLOCK
                        && !map.getValue().isEmpty()
                ? last(map.getValue().getLast().getValueNode())
                : node;
    }

    /// The entry with that value; it comes first where there was none.
    private static String put(String text, MappingNode map, String key, String value) {
        Optional<Node> there = SecretFields.child(map, key);
        if (there.isPresent()) {
            return replaced(text, there.get(), value);
        }
        String entry = "%s: %s".formatted(key, value);
        Optional<NodeTuple> first = map.getValue().stream().findFirst();
        if (first.isEmpty()) {
            return replaced(text, map, "{%s}".formatted(entry));
        }
        int from = SecretFields.Located.start(text, first.get().getKeyNode());
        String separator =
                map.getFlowStyle() == FlowStyle.FLOW
                        ? ", "
                        : "\n" + SecretFields.Located.indentation(text, from);
        return new StringBuilder(text).insert(from, entry + separator).toString();
    }
}
