package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PlanInput;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Looks at all nodes of the Clusterfile at once, by way of a control plane.
final class ClusterNodes {
    private ClusterNodes() {}

    /// Each host has waited for its own node, so one that is missing here is that of a host that
    /// failed: it is named soon, and not waited for; the list alone may take a busy server a while.
    static Step registered(PlanInput input, ClusterHost host) {
        return await(
                input,
                host,
                "nodes-registered",
                KubeRequest.NodeState.PRESENT,
                Duration.ofMinutes(1));
    }

    /// Roles, labels and taints, where there are any.
    static Optional<Step> mark(PlanInput input, ClusterHost host) {
        return NodeMarks.request(input)
                .map(marks -> ApiStep.of(input, host, "mark-nodes", marks, Duration.ofMinutes(5)));
    }

    static Step ready(PlanInput input, ClusterHost host) {
        return await(
                input, host, "nodes-ready", KubeRequest.NodeState.READY, Duration.ofMinutes(10));
    }

    private static Step await(
            PlanInput input,
            ClusterHost host,
            String name,
            KubeRequest.NodeState state,
            Duration timeout) {
        List<KubeRequest.Node> nodes =
                input.clusterfile().nodes().stream()
                        .map(node -> new KubeRequest.Node(input.nodeName(node), node.address()))
                        .toList();
        return ApiStep.of(
                input, host, name, new KubeRequest.Await(state, nodes, List.of()), timeout);
    }
}
