package dev.slipway.planner.plan.k0s;

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

/// `verify`: the controllers are etcd's members, and every node is there, has its role, labels and
/// taints, and becomes Ready. A controller that does not work is no node.
final class VerifyPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder("verify", "verify the nodes", true, 1, Duration.ofMinutes(20));

    private VerifyPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, K0sScope scope) {
        return Optional.of(input.lead())
                .map(lead -> steps(input, lead, scope))
                .filter(steps -> !steps.isEmpty())
                .map(steps ->
                        PHASE.on(
                                List.of(input.lead()),
                                input.clusterfile(),
                                host -> Steps.withEnvironment(input, host, steps)));
    }

    private static List<Step> steps(PlanInput input, ClusterHost lead, K0sScope scope) {
        var steps = new ArrayList<Step>();
        boolean nodes = !input.clusterfile().nodes().isEmpty();
        if (nodes) {
            steps.add(ClusterNodes.registered(input, lead));
        }
        if (hasMembers(input, scope)) {
            steps.add(
                    Steps.await(
                            "etcd-members",
                            K0sEtcd.areMembers(input, lead, input.clusterfile().controlPlanes()),
                            Duration.ofMinutes(2),
                            ReasonCode.ETCD_MEMBER_MISSING));
        }
        if (nodes) {
            steps.add(ClusterNodes.mark(input, lead));
            steps.add(ClusterNodes.ready(input, lead));
        }
        return steps;
    }

    /// Whether etcd's members are more than one, or have been.
    private static boolean hasMembers(PlanInput input, K0sScope scope) {
        return K0sEtcd.isOwn(input)
                && (input.clusterfile().controlPlanes().size() > 1
                        || Stream.concat(scope.leaving().stream(), scope.lost().stream())
                                .anyMatch(ClusterHost::isControlPlane));
    }
}
