package dev.slipway.planner.importer;

import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// A document of another tool's file, by the paths of its fields, with the account of what became
/// of each. A decision about a field holds for all below it that has none of its own.
final class ForeignDocument {
    /// Of a shell, which is put in before the file is read; `$$` stands for itself.
    private static final Pattern VARIABLE =
            Pattern.compile("(?<!\\$)(?:\\$\\$)*\\$(?:\\{[A-Za-z_]|[A-Za-z_])");

    private record Decision(ImportedField.Outcome outcome, String target, String note) {}

    private final int number;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<String, Decision> decisions = new HashMap<>();
    private final List<String> leaves = new ArrayList<>();
    private final List<Problem> twice = new ArrayList<>();

    /// @param number counted from 1
    ForeignDocument(int number, Node root) {
        this.number = number;
        add("", root);
    }

    private void add(String path, Node node) {
        nodes.putIfAbsent(path, node);
        int before = leaves.size();
        switch (node) {
            case MappingNode map -> {
                once(path, map);
                fields(map).forEach((key, value) -> add(join(path, key), value));
            }
            case SequenceNode list -> {
                int i = 0;
                for (Node item : list.getValue()) {
                    add("%s[%d]".formatted(path, i++), item);
                }
            }
            default -> {}
        }
        if (leaves.size() == before && !path.isEmpty()) {
            leaves.add(path);
        }
    }

    private void once(String path, MappingNode map) {
        var keys = new HashSet<String>();
        for (NodeTuple tuple : map.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key && !keys.add(key.getValue())) {
                twice.add(
                        new Problem(
                                ReasonCode.CLUSTERFILE_INVALID,
                                number,
                                key.getStartMark().map(Mark::getLine).orElse(0) + 1,
                                key.getStartMark().map(Mark::getColumn).orElse(0) + 1,
                                join(path, key.getValue()),
                                "stands there twice",
                                Optional.empty()));
            }
        }
    }

    /// The fields that stand in their mapping twice, of which nobody knows which one counts.
    List<Problem> twice() {
        return twice;
    }

    /// The mapping's own fields, then those that it takes from others with `<<`.
    private static Map<String, Node> fields(MappingNode map) {
        var fields = new LinkedHashMap<String, Node>();
        var others = new ArrayList<MappingNode>();
        for (NodeTuple tuple : map.getValue()) {
            String key = tuple.getKeyNode() instanceof ScalarNode k ? k.getValue() : "?";
            if (key.equals("<<") && tuple.getValueNode() instanceof MappingNode other) {
                others.add(other);
            } else if (key.equals("<<") && tuple.getValueNode() instanceof SequenceNode list) {
                list.getValue().stream()
                        .filter(MappingNode.class::isInstance)
                        .forEach(n -> others.add((MappingNode) n));
            } else {
                fields.putIfAbsent(key, tuple.getValueNode());
            }
        }
        others.forEach(other -> fields(other).forEach(fields::putIfAbsent));
        return fields;
    }

    static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /// Absent if there is none, or nothing in it.
    Optional<String> text(String path) {
        return Optional.ofNullable(nodes.get(path))
                .filter(n -> !n.getTag().equals(Tag.NULL))
                .filter(ScalarNode.class::isInstance)
                .map(n -> ((ScalarNode) n).getValue());
    }

    boolean has(String path) {
        return nodes.containsKey(path);
    }

    boolean isTrue(String path) {
        return text(path).filter("true"::equals).isPresent();
    }

    /// Of a mapping; none of anything else.
    List<String> keys(String path) {
        return nodes.get(path) instanceof MappingNode map
                ? List.copyOf(fields(map).keySet())
                : List.of();
    }

    /// The paths of a list's items; none of anything else.
    List<String> items(String path) {
        var items = new ArrayList<String>();
        if (nodes.get(path) instanceof SequenceNode list) {
            for (int i = 0; i < list.getValue().size(); i++) {
                items.add("%s[%d]".formatted(path, i));
            }
        }
        return items;
    }

    /// The texts of a list, by their paths.
    Map<String, String> texts(String path) {
        var texts = new LinkedHashMap<String, String>();
        items(path).forEach(item -> text(item).ifPresent(t -> texts.put(item, t)));
        return texts;
    }

    /// All of a mapping as plain maps, lists and scalars, which may be changed.
    Map<String, Object> plain(String path) {
        return nodes.get(path) instanceof MappingNode map ? plain(map) : Map.of();
    }

    private static Map<String, Object> plain(MappingNode map) {
        var plain = new LinkedHashMap<String, Object>();
        fields(map).forEach((key, value) -> plain.put(key, value(value)));
        return plain;
    }

    private static @Nullable Object value(Node node) {
        return switch (node) {
            case MappingNode map -> plain(map);
            case SequenceNode list -> {
                var items = new ArrayList<@Nullable Object>();
                list.getValue().forEach(i -> items.add(value(i)));
                yield items;
            }
            default ->
                    new StandardConstructor(LoadSettings.builder().build())
                            .constructSingleDocument(Optional.of(node));
        };
    }

    String kind() {
        return text("kind").orElse("");
    }

    String apiVersion() {
        return text("apiVersion").orElse("");
    }

    void mapped(String path, String target) {
        mapped(path, target, "");
    }

    void mapped(String path, String target, String note) {
        decisions.put(path, new Decision(ImportedField.Outcome.MAPPED, target, note));
    }

    void implied(String path, String note) {
        decisions.put(path, new Decision(ImportedField.Outcome.IMPLIED, "", note));
    }

    void lost(String path, String note) {
        decisions.put(path, new Decision(ImportedField.Outcome.LOST, "", note));
    }

    /// The account of every field that holds a value, in the order of the text.
    ///
    /// @param variables whether the tool puts variables of its environment into the text
    List<ImportedField> account(boolean variables) {
        return leaves.stream().map(leaf -> field(leaf, variables)).toList();
    }

    private ImportedField field(String path, boolean variables) {
        Decision decision = decision(path);
        boolean open =
                variables
                        && decision.outcome() == ImportedField.Outcome.MAPPED
                        && text(path).filter(t -> VARIABLE.matcher(t).find()).isPresent();
        int line =
                Optional.ofNullable(nodes.get(path))
                        .flatMap(Node::getStartMark)
                        .map(Mark::getLine)
                        .orElse(0);
        return new ImportedField(
                number,
                line + 1,
                path,
                open ? ImportedField.Outcome.LOST : decision.outcome(),
                decision.target(),
                open
                        ? "a variable stands in it, which is not looked up here: run envsubst over the file first"
                        : decision.note());
    }

    private Decision decision(String path) {
        String at = path;
        while (!at.isEmpty()) {
            Decision decision = decisions.get(at);
            if (decision != null) {
                return decision;
            }
            at = at.endsWith("]") ? at.substring(0, at.lastIndexOf('[')) : parent(at);
        }
        return Optional.ofNullable(decisions.get(""))
                .orElse(
                        new Decision(
                                ImportedField.Outcome.LOST,
                                "",
                                "no field that is known here: look whether it is spelt right"));
    }

    /// Of `a.b.c` it is `a.b`, or where a key has dots itself, whatever comes before one of them.
    private static String parent(String path) {
        return path.contains(".") ? path.substring(0, path.lastIndexOf('.')) : "";
    }
}
