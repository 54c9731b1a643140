package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// `verify-members` and `verify`: the control planes are etcd's members; every node is there, has
/// its role, labels and taints, and becomes Ready. Etcd is asked on a host, the API by executors. A
/// control plane need not be a node.
public final class VerifyPhase {
    private static final PhaseBuilder MEMBERS =
            new PhaseBuilder(
                    "verify-members", "verify etcd's members", true, 1, Duration.ofMinutes(5));
    private static final PhaseBuilder PHASE =
            new PhaseBuilder("verify", "verify the nodes", true, 1, Duration.ofMinutes(20));

    private VerifyPhase() {}

    /// `verify-members`.
    ///
    /// @param areMembers the condition that the control planes are etcd's members, on the lead;
    ///   empty where the cluster has no etcd of its own
    public static Optional<PlannedPhase> members(
            PlanInput input, Scope scope, Optional<String> areMembers) {
        return areMembers
                .filter(_ -> hasMembers(input, scope))
                .flatMap(condition ->
                        Phase.on(
                                MEMBERS,
                                input,
                                List.of(input.lead()),
                                _ ->
                                        List.of(
                                                Steps.await(
                                                        "etcd-members",
                                                        condition,
                                                        Duration.ofMinutes(2),
                                                        ReasonCode.ETCD_MEMBER_MISSING))));
    }

    /// `verify`.
    public static Optional<PlannedPhase> nodes(PlanInput input) {
        return plan(
                input,
                lead ->
                        Stream.of(
                                        Stream.of(ClusterNodes.registered(input, lead)),
                                        ClusterNodes.mark(input, lead).stream(),
                                        Stream.of(ClusterNodes.ready(input, lead)))
                                .flatMap(steps -> steps)
                                .toList());
    }

    /// `verify` of a cluster that is adopted as it is: its nodes may be Ready or not.
    public static Optional<PlannedPhase> adopted(PlanInput input) {
        return plan(
                input,
                lead ->
                        Stream.concat(
                                        Stream.of(ClusterNodes.registered(input, lead)),
                                        ClusterNodes.mark(input, lead).stream())
                                .toList());
    }

    private static Optional<PlannedPhase> plan(
            PlanInput input, Function<ClusterHost, List<Step>> steps) {
        return input.clusterfile().nodes().isEmpty()
                ? Optional.empty()
                : Phase.on(PHASE, input, List.of(input.lead()), steps);
    }

    /// Whether etcd's members are more than one, or have been.
    private static boolean hasMembers(PlanInput input, Scope scope) {
        return input.clusterfile().controlPlanes().size() > 1
                || Stream.concat(scope.leaving().stream(), scope.lost().stream())
                        .anyMatch(ClusterHost::isControlPlane);
    }
}
