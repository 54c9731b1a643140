package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// `verify`: every node is there, the control planes are etcd's members, and every node has its
/// role, labels and taints, and becomes Ready. A control plane need not be a node.
public final class VerifyPhase {
    private static final PhaseBuilder PHASE =
            new PhaseBuilder("verify", "verify the nodes", true, 1, Duration.ofMinutes(20));

    private VerifyPhase() {}

    /// @param areMembers the condition that the control planes are etcd's members, on the lead;
    ///   empty where the cluster has no etcd of its own
    public static Optional<PlannedPhase> plan(
            PlanInput input, Scope scope, Optional<String> areMembers) {
        List<Step> steps = steps(input, scope, areMembers);
        return steps.isEmpty()
                ? Optional.empty()
                : Phase.on(PHASE, input, List.of(input.lead()), _ -> steps);
    }

    private static List<Step> steps(PlanInput input, Scope scope, Optional<String> areMembers) {
        ClusterHost lead = input.lead();
        boolean nodes = !input.clusterfile().nodes().isEmpty();
        var steps = new ArrayList<Step>();
        if (nodes) {
            steps.add(ClusterNodes.registered(input, lead));
        }
        if (hasMembers(input, scope)) {
            areMembers
                    .map(condition ->
                            Steps.await(
                                    "etcd-members",
                                    condition,
                                    Duration.ofMinutes(2),
                                    ReasonCode.ETCD_MEMBER_MISSING))
                    .ifPresent(steps::add);
        }
        if (nodes) {
            steps.add(ClusterNodes.mark(input, lead));
            steps.add(ClusterNodes.ready(input, lead));
        }
        return steps;
    }

    /// Whether etcd's members are more than one, or have been.
    private static boolean hasMembers(PlanInput input, Scope scope) {
        return input.clusterfile().controlPlanes().size() > 1
                || Stream.concat(scope.leaving().stream(), scope.lost().stream())
                        .anyMatch(ClusterHost::isControlPlane);
    }
}
