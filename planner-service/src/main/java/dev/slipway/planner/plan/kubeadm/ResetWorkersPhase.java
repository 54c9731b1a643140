package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `reset-workers`: takes Kubernetes and all that Slipway made off the workers.
final class ResetWorkersPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "reset-workers", "reset the workers", true, 50, Duration.ofMinutes(10));

    private ResetWorkersPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, Scope scope) {
        List<ClusterHost> workers =
                input.members().stream().filter(h -> !h.isControlPlane()).toList();
        return workers.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        PHASE.on(
                                workers,
                                input.clusterfile(),
                                host ->
                                        Steps.withEnvironment(
                                                input, host, ResetSteps.of(input, host))));
    }
}
