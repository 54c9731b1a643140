package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.ClusterNodes;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// `verify`: every node is there, the control planes are etcd's members, and every node has its
/// role, labels and taints, and becomes Ready.
final class VerifyPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder("verify", "verify the nodes", true, 1, Duration.ofMinutes(20));

    private VerifyPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, Scope scope) {
        return Optional.of(
                PHASE.on(
                        List.of(input.lead()),
                        input.clusterfile(),
                        host -> Steps.withEnvironment(input, host, steps(input, scope))));
    }

    /// Whether etcd's members are more than one, or have been.
    private static boolean hasMembers(PlanInput input, Scope scope) {
        return input.clusterfile().controlPlanes().size() > 1
                || Stream.concat(scope.leaving().stream(), scope.lost().stream())
                        .anyMatch(ClusterHost::isControlPlane);
    }

    private static List<Step> steps(PlanInput input, Scope scope) {
        var steps = new ArrayList<Step>();
        steps.add(ClusterNodes.registered(input, input.lead()));
        if (hasMembers(input, scope)) {
            steps.add(
                    Steps.await(
                            "etcd-members",
                            Etcd.areMembers(
                                    input,
                                    input.lead(),
                                    input.clusterfile().controlPlanes().stream()
                                            .map(input::nodeName)
                                            .toList()),
                            Duration.ofMinutes(2),
                            ReasonCode.ETCD_MEMBER_MISSING));
        }
        steps.add(ClusterNodes.mark(input, input.lead()));
        steps.add(ClusterNodes.ready(input, input.lead()));
        return steps;
    }
}
