package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Taint;
import dev.slipway.planner.plan.PlanInput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Roles, labels and taints of nodes. What the Clusterfile no longer says and the last applied one
/// did is taken away; what others set is left alone.
public final class NodeMarks {
    private static final String WORKER = "node-role.kubernetes.io/worker";

    private NodeMarks() {}

    /// Of all nodes that have any; nodes that are marked alike together, since there may be
    /// thousands.
    static Optional<KubeRequest> request(PlanInput input) {
        var alike = new LinkedHashMap<Marks, List<String>>();
        input.clusterfile()
                .nodes()
                .forEach(host ->
                        alike.computeIfAbsent(of(input, host), _ -> new ArrayList<>())
                                .add(input.nodeName(host)));
        List<KubeRequest.Marks> marks =
                alike.entrySet().stream()
                        .filter(entry -> !entry.getKey().isEmpty())
                        .map(entry -> entry.getKey().on(entry.getValue()))
                        .toList();
        return marks.isEmpty() ? Optional.empty() : Optional.of(new KubeRequest.Mark(marks));
    }

    private record Marks(
            Map<String, String> labels, List<String> unlabelled, List<KubeRequest.Taint> taints) {
        boolean isEmpty() {
            return labels.isEmpty() && unlabelled.isEmpty() && taints.isEmpty();
        }

        KubeRequest.Marks on(List<String> nodes) {
            return new KubeRequest.Marks(nodes, labels, unlabelled, taints);
        }
    }

    private static Marks of(PlanInput input, ClusterHost host) {
        var labels = new HashMap<String, String>(host.labels());
        if (!host.isControlPlane()) {
            labels.putIfAbsent(WORKER, "");
        }
        return new Marks(
                labels,
                before(input, host).stream()
                        .flatMap(b -> b.labels().keySet().stream())
                        .filter(key -> !labels.containsKey(key))
                        .sorted()
                        .toList(),
                taints(input, host).stream()
                        .map(t ->
                                new KubeRequest.Taint(t.key(), t.value(), t.effect(), t.removed()))
                        .toList());
    }

    private static List<Taint> taints(PlanInput input, ClusterHost host) {
        var taints = new ArrayList<Taint>();
        before(input, host)
                .ifPresent(b ->
                        b.taints().stream()
                                .filter(t -> !t.removed())
                                .filter(t -> !names(host.taints(), t))
                                .map(t -> new Taint(t.key(), "", t.effect(), true))
                                .forEach(taints::add));
        taints.addAll(host.taints());
        return taints;
    }

    private static boolean names(List<Taint> taints, Taint wanted) {
        return taints.stream()
                .anyMatch(t -> t.key().equals(wanted.key()) && t.effect().equals(wanted.effect()));
    }

    private static Optional<ClusterHost> before(PlanInput input, ClusterHost host) {
        return input.recorded().applied().flatMap(a -> a.host(host.address()));
    }
}
