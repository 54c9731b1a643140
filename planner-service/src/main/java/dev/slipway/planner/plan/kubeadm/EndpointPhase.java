package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Phase;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `endpoint`: brings the endpoint's pod up to date on nodes that stay, where the control planes or
/// its settings are others. After the joins, so that it lists only what is up, and before a control
/// plane goes.
final class EndpointPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "endpoint",
                    "point the nodes at the control planes",
                    true,
                    10,
                    Duration.ofMinutes(15));

    private EndpointPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, KubeadmScope scope) {
        return Phase.on(PHASE, input, scope.endpoint(), host -> steps(input, host));
    }

    /// A node is done when its own kubelet's way to the API leads somewhere.
    private static List<Step> steps(PlanInput input, ClusterHost host) {
        var steps = new ArrayList<>(EndpointPod.steps(input, host));
        steps.add(
                Steps.await(
                        "await-endpoint",
                        "kubectl --kubeconfig %s get node %s -o name >/dev/null"
                                .formatted(
                                        ShellQuote.quote(NodePaths.KUBELET_CONF.value()),
                                        ShellQuote.quote(input.nodeName(host))),
                        Duration.ofMinutes(3),
                        ReasonCode.API_UNREACHABLE));
        return steps;
    }
}
