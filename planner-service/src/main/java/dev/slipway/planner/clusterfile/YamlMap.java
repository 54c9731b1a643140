package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.Quoted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// A mapping that is read field by field; whatever is wrong goes to the problems, and the reader
/// goes on with the field's absence.
final class YamlMap {
    private final ProblemList.Place place;
    private final MappingNode node;
    private final String path;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();

    private YamlMap(ProblemList.Place place, MappingNode node, String path) {
        this.place = place;
        this.node = node;
        this.path = path;
        for (NodeTuple tuple : node.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key) {
                if (entries.putIfAbsent(key.getValue(), tuple) != null) {
                    place.invalid(key, child(key.getValue()), "stands there twice");
                }
            } else {
                place.invalid(tuple.getKeyNode(), path, "a field's name must be a text");
            }
        }
    }

    static Optional<YamlMap> of(ProblemList.Place place, Node node, String path) {
        if (node instanceof MappingNode mapping) {
            return Optional.of(new YamlMap(place, mapping, path));
        }
        place.invalid(node, path, "expected fields, found " + form(node));
        return Optional.empty();
    }

    /// A text with its place.
    record Text(String value, Node node, String path) {}

    ProblemList.Place place() {
        return place;
    }

    MappingNode node() {
        return node;
    }

    String child(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    Iterable<String> keys() {
        return entries.keySet();
    }

    boolean has(String key) {
        return entries.containsKey(key);
    }

    Optional<Node> value(String key) {
        return Optional.ofNullable(entries.get(key)).map(NodeTuple::getValueNode);
    }

    /// The node of the field's name, or of the mapping where it has no such field.
    Node key(String key) {
        return Optional.ofNullable(entries.get(key)).map(NodeTuple::getKeyNode).orElse(node);
    }

    /// Every other field is a problem.
    YamlMap allow(String... known) {
        List<String> words = Arrays.asList(known);
        for (String key : entries.keySet()) {
            if (!words.contains(key)) {
                place.unknown(key(key), child(key), "unknown field " + Quoted.of(key), key, words);
            }
        }
        return this;
    }

    Optional<Text> text(String key) {
        return value(key).flatMap(n -> scalar(n, child(key)));
    }

    /// A required text.
    Optional<Text> need(String key) {
        if (!has(key)) {
            place.invalid(node, path, "%s is missing".formatted(key));
        }
        return text(key);
    }

    OptionalInt integer(String key, int least, int most) {
        Optional<Text> text = text(key);
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        String value = text.get().value();
        if (value.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return OptionalInt.of(number);
            }
        }
        place.invalid(
                text.get().node(),
                child(key),
                "%s is out of range: expected a number from %d to %d"
                        .formatted(Quoted.of(value), least, most));
        return OptionalInt.empty();
    }

    /// False where it is not there.
    boolean flag(String key) {
        return parsed(
                        key,
                        "true or false",
                        t ->
                                t.equals("true") || t.equals("false")
                                        ? Optional.of(Boolean.valueOf(t))
                                        : Optional.empty())
                .orElse(false);
    }

    /// A text that `parse` makes a value of; an empty answer is a problem that says what was
    /// expected.
    <T> Optional<T> parsed(String key, String expected, Function<String, Optional<T>> parse) {
        return text(key).flatMap(t -> parse(t, expected, parse));
    }

    <T> Optional<T> parse(Text text, String expected, Function<String, Optional<T>> parse) {
        Optional<T> value;
        try {
            value = parse.apply(text.value());
        } catch (IllegalArgumentException _) {
            value = Optional.empty();
        }
        if (value.isEmpty()) {
            place.invalid(
                    text.node(),
                    text.path(),
                    "%s is not as expected: %s".formatted(Quoted.of(text.value()), expected));
        }
        return value;
    }

    boolean isMap(String key) {
        return value(key).filter(MappingNode.class::isInstance).isPresent();
    }

    Optional<YamlMap> map(String key) {
        return value(key).flatMap(n -> of(place, n, child(key)));
    }

    /// The items of a list, empty if there is none.
    List<Node> items(String key) {
        Optional<Node> value = value(key);
        if (value.isEmpty()) {
            return List.of();
        }
        if (value.get() instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        place.invalid(value.get(), child(key), "expected a list, found " + form(value.get()));
        return List.of();
    }

    List<Text> texts(String key) {
        var texts = new ArrayList<Text>();
        int i = 0;
        for (Node item : items(key)) {
            scalar(item, "%s[%d]".formatted(child(key), i++)).ifPresent(texts::add);
        }
        return texts;
    }

    List<YamlMap> maps(String key) {
        var maps = new ArrayList<YamlMap>();
        int i = 0;
        for (Node item : items(key)) {
            of(place, item, "%s[%d]".formatted(child(key), i++)).ifPresent(maps::add);
        }
        return maps;
    }

    private Optional<Text> scalar(Node value, String at) {
        if (value instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)) {
            return Optional.of(new Text(scalar.getValue(), scalar, at));
        }
        place.invalid(value, at, "expected a text, found " + form(value));
        return Optional.empty();
    }

    private static String form(Node node) {
        return switch (node) {
            case MappingNode _ -> "fields";
            case SequenceNode _ -> "a list";
            case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) -> "nothing";
            default -> "a text";
        };
    }
}
