package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.Optional;

/// `reset-removed`: takes Kubernetes and all that Slipway made off the hosts whose nodes were
/// removed. The cluster has done without them by now, so one that fails halts nothing.
final class ResetRemovedPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "reset-removed", "reset the removed hosts", true, 50, Duration.ofMinutes(10));

    private ResetRemovedPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, Scope scope) {
        return scope.leaving().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        PHASE.on(
                                        scope.leaving(),
                                        input.clusterfile(),
                                        host ->
                                                Steps.withEnvironment(
                                                        input, host, ResetSteps.of(input, host)))
                                .withoutHalts());
    }
}
