package dev.slipway.planner.clusterfile;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Where the fields of a document stand that is read by now. A problem of a field that does not
/// stand there is shown where it would belong.
///
/// @param document its root
record K0sPlaces(ProblemList.Place place, Node document) {
    private static final Pattern STEP = Pattern.compile("([^.\\[\\]]+)|\\[(\\d+)]");

    void invalid(String path, String message) {
        place.invalid(nearest(path), path, message);
    }

    void secret(String path, String message) {
        place.secret(nearest(path), path, message);
    }

    /// The name of the field, or that of the nearest one around it which is there.
    private Node nearest(String path) {
        Node shown = document;
        Node at = document;
        Matcher steps = STEP.matcher(path);
        while (steps.find()) {
            Optional<NodeTuple> field =
                    steps.group(1) == null ? Optional.empty() : field(at, steps.group(1));
            Optional<Node> next =
                    steps.group(1) == null
                            ? item(at, Integer.parseInt(steps.group(2)))
                            : field.map(NodeTuple::getValueNode);
            if (next.isEmpty()) {
                return shown;
            }
            at = next.get();
            shown = field.map(NodeTuple::getKeyNode).orElse(at);
        }
        return shown;
    }

    private static Optional<NodeTuple> field(Node node, String name) {
        return node instanceof MappingNode map
                ? map.getValue().stream()
                        .filter(t ->
                                t.getKeyNode() instanceof ScalarNode key
                                        && key.getValue().equals(name))
                        .findFirst()
                : Optional.empty();
    }

    private static Optional<Node> item(Node node, int index) {
        List<Node> items = SecretFields.items(Optional.of(node));
        return node instanceof SequenceNode && index < items.size()
                ? Optional.of(items.get(index))
                : Optional.empty();
    }
}
