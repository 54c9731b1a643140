package dev.slipway.executor.kube;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.contracts.order.KubeRequest;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What a node's labels and taints lack.
final class NodeMarking {
    private NodeMarking() {}

    /// @return a merge patch (RFC 7396); empty if there is nothing to change
    static Optional<ObjectNode> patch(Node node, KubeRequest.Marks marks) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        ObjectNode labels = JsonNodeFactory.instance.objectNode();
        Map<String, String> has =
                Objects.requireNonNullElse(node.getMetadata().getLabels(), Map.of());
        marks.labels()
                .forEach((key, value) -> {
                    if (!value.equals(has.get(key))) {
                        labels.put(key, value);
                    }
                });
        marks.unlabelled().stream().filter(has::containsKey).forEach(labels::putNull);
        if (!labels.isEmpty()) {
            patch.putObject("metadata").set("labels", labels);
        }
        List<Taint> before =
                node.getSpec() == null || node.getSpec().getTaints() == null
                        ? List.of()
                        : node.getSpec().getTaints();
        List<Taint> after = taints(before, marks.taints());
        if (!after.equals(before)) {
            patch.withObject("/metadata")
                    .put("resourceVersion", node.getMetadata().getResourceVersion());
            ArrayNode list = patch.putObject("spec").putArray("taints");
            after.forEach(taint -> list.add(json(taint)));
        }
        return Optional.of(patch).filter(p -> !p.isEmpty());
    }

    /// Those that are there keep their place, and when they were added; a wanted one of the same
    /// key and effect takes the place of what has another value.
    private static List<Taint> taints(List<Taint> before, List<KubeRequest.Taint> wanted) {
        var after = new ArrayList<>(before);
        for (KubeRequest.Taint taint : wanted) {
            if (taint.removed()) {
                after.removeIf(t -> isMeant(t, taint));
            } else if (after.stream().noneMatch(t -> isMeant(t, taint) && hasValue(t, taint))) {
                after.removeIf(t -> isMeant(t, taint));
                after.add(
                        new Taint(
                                taint.effect(),
                                taint.key(),
                                null,
                                taint.value().isEmpty() ? null : taint.value()));
            }
        }
        return after;
    }

    private static boolean isMeant(Taint taint, KubeRequest.Taint wanted) {
        return taint.getKey().equals(wanted.key())
                && (wanted.effect().isEmpty() || wanted.effect().equals(taint.getEffect()));
    }

    private static boolean hasValue(Taint taint, KubeRequest.Taint wanted) {
        return Objects.requireNonNullElse(taint.getValue(), "").equals(wanted.value());
    }

    private static ObjectNode json(Taint taint) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("key", taint.getKey()).put("effect", taint.getEffect());
        if (taint.getValue() != null) {
            json.put("value", taint.getValue());
        }
        if (taint.getTimeAdded() != null) {
            json.put("timeAdded", taint.getTimeAdded());
        }
        return json;
    }
}
