package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.outcome.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Turns text into YAML nodes, within limits that are checked on the stream of events, before any
/// tree is built: 1 MB, 100 documents, 100 000 nodes, 64 levels, no anchors and aliases.
public final class YamlText {
    static final int MAX_BYTES = 1_000_000;
    private static final int MAX_DOCUMENTS = 100;
    private static final int MAX_NODES = 100_000;
    private static final int MAX_DEPTH = 64;
    private static final int MAX_ALIASES = 1000;

    static final LoadSettings SETTINGS = settings(0);
    private static final LoadSettings FOREIGN = settings(MAX_ALIASES);

    private static LoadSettings settings(int aliases) {
        return LoadSettings.builder()
                .setLabel("Clusterfile")
                .setCodePointLimit(MAX_BYTES)
                .setMaxAliasesForCollections(aliases)
                .setAllowRecursiveKeys(false)
                .setUseMarks(true)
                .build();
    }

    private YamlText() {}

    /// The root node of each document that is not empty; none where the text is refused, and the
    /// reason is among the problems then.
    static List<Node> compose(String text, ProblemList problems) {
        return compose(text, problems, false);
    }

    /// The same for a file of another tool, which may repeat values by anchors and aliases; the
    /// limits hold for what they stand for.
    ///
    /// @param problems takes the reasons
    public static List<Node> composeForeign(String text, Consumer<Problem> problems) {
        var list = new ProblemList();
        List<Node> roots = compose(text, list, true);
        var budget = new int[] {MAX_NODES};
        boolean bounded = roots.stream().allMatch(r -> isBounded(r, 0, budget));
        if (!bounded) {
            refuse(list, 1, Optional.empty(), "what its aliases stand for is too long or endless");
        }
        list.sorted().forEach(problems);
        return bounded ? roots : List.of();
    }

    private static boolean isBounded(Node node, int depth, int[] budget) {
        if (depth > MAX_DEPTH || --budget[0] < 0) {
            return false;
        }
        return switch (node) {
            case MappingNode map ->
                    map.getValue().stream()
                            .allMatch(t ->
                                    isBounded(t.getKeyNode(), depth + 1, budget)
                                            && isBounded(t.getValueNode(), depth + 1, budget));
            case SequenceNode list ->
                    list.getValue().stream().allMatch(i -> isBounded(i, depth + 1, budget));
            default -> true;
        };
    }

    private static List<Node> compose(String text, ProblemList problems, boolean aliases) {
        if (text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            refuse(problems, 1, Optional.empty(), "the text is longer than 1 MB");
            return List.of();
        }
        int document = 1;
        try {
            if (!isWithinLimits(text, problems, aliases)) {
                return List.of();
            }
            var roots = new ArrayList<Node>();
            for (Node root : new Compose(aliases ? FOREIGN : SETTINGS).composeAllFromString(text)) {
                document++;
                roots.add(root);
            }
            return roots;
        } catch (MarkedYamlEngineException e) {
            refuse(problems, document, e.getProblemMark(), "not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            refuse(problems, document, Optional.empty(), "not YAML: " + firstLine(e));
        }
        return List.of();
    }

    private static boolean isWithinLimits(String text, ProblemList problems, boolean aliases) {
        int documents = 0;
        int nodes = 0;
        int depth = 0;
        boolean plain = true;
        for (Event event : new Parse(SETTINGS).parseString(text)) {
            switch (event.getEventId()) {
                case DocumentStart -> documents++;
                case SequenceStart, MappingStart -> depth++;
                case SequenceEnd, MappingEnd -> depth--;
                default -> {}
            }
            if (event instanceof NodeEvent node) {
                nodes++;
                if (node.getAnchor().isPresent() && !aliases) {
                    plain = false;
                    refuse(
                            problems,
                            documents,
                            event.getStartMark(),
                            "anchors and aliases are not understood here: write the value out");
                }
            }
            String limit =
                    documents > MAX_DOCUMENTS
                            ? "more than %d documents".formatted(MAX_DOCUMENTS)
                            : nodes > MAX_NODES
                                    ? "more than %d values".formatted(MAX_NODES)
                                    : depth > MAX_DEPTH
                                            ? "more than %d levels deep".formatted(MAX_DEPTH)
                                            : "";
            if (!limit.isEmpty()) {
                refuse(problems, documents, event.getStartMark(), "the text is " + limit);
                return false;
            }
        }
        return plain;
    }

    private static void refuse(
            ProblemList problems,
            int document,
            Optional<org.snakeyaml.engine.v2.exceptions.Mark> mark,
            String message) {
        problems.add(ReasonCode.CLUSTERFILE_INVALID, document, mark, "", message, Optional.empty());
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("unreadable");
    }
}
