package dev.slipway.planner.clusterfile;

import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Finds private keys wherever they stand in a document.
final class PrivateKeys {
    private static final Pattern KEY = Pattern.compile("-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----");

    private PrivateKeys() {}

    static void find(ProblemList.Place place, Node root) {
        find(place, root, "");
    }

    private static void find(ProblemList.Place place, Node node, String path) {
        switch (node) {
            case MappingNode mapping ->
                    mapping.getValue()
                            .forEach(
                                    t -> find(place, t.getValueNode(), join(path, t.getKeyNode())));
            case SequenceNode sequence -> {
                int i = 0;
                for (Node item : sequence.getValue()) {
                    find(place, item, "%s[%d]".formatted(path, i++));
                }
            }
            case ScalarNode scalar when KEY.matcher(scalar.getValue()).find() ->
                    place.secret(scalar, path, "a private key stands here: take it out");
            default -> {}
        }
    }

    private static String join(String path, Node key) {
        String name = key instanceof ScalarNode scalar ? scalar.getValue() : "?";
        return path.isEmpty() ? name : path + "." + name;
    }
}
