package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `reset-control-plane`: takes Kubernetes and all that Slipway made off the control plane, last.
final class ResetControlPlanePhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "reset-control-plane",
                    "reset the control plane",
                    true,
                    1,
                    Duration.ofMinutes(10));

    private ResetControlPlanePhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, Scope scope) {
        return Optional.of(
                PHASE.on(
                        List.of(input.clusterfile().controlPlane()),
                        input.clusterfile(),
                        host -> Steps.withEnvironment(input, host, ResetSteps.of(input))));
    }
}
