package dev.slipway.planner.plan.node;

import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `access`: gives executors their rights at the cluster's API, before the first phase that asks
/// it: no cluster that an earlier version installed, and none whose installation broke off, is sure
/// to know all of them.
public final class AccessPhase {
    private static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "access", "give executors their rights", true, 1, Duration.ofMinutes(5));

    private AccessPhase() {}

    /// Before nodes are taken out that are lost.
    public static Optional<PlannedPhase> early(PlanInput input, Scope scope) {
        return isEarly(input, scope) ? on(input, input.sponsor()) : Optional.empty();
    }

    /// Once all control planes are as they shall be, unless it was before.
    public static Optional<PlannedPhase> late(PlanInput input, Scope scope) {
        return isEarly(input, scope) ? Optional.empty() : on(input, input.lead());
    }

    private static boolean isEarly(PlanInput input, Scope scope) {
        return scope.lost().stream().anyMatch(input.clusterfile()::isNode);
    }

    /// @param host a control plane that works
    public static Optional<PlannedPhase> on(PlanInput input, ClusterHost host) {
        return Phase.on(PHASE, input, List.of(host), h -> ApiAccess.steps(input, h));
    }
}
