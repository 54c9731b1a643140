package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.AuthorityFiles;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `authority`: puts the eight files from which kubeadm makes all certificates on the control plane
/// and checks them there.
final class AuthorityPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "authority", "bring the cluster's authority", true, 1, Duration.ofMinutes(5));

    private AuthorityPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, Scope scope) {
        return scope.initialising()
                ? Optional.of(
                        PHASE.on(
                                List.of(input.lead()),
                                input.clusterfile(),
                                host ->
                                        Steps.withEnvironment(
                                                input,
                                                host,
                                                AuthorityFiles.steps(
                                                        input.authority(), NodePaths.PKI))))
                : Optional.empty();
    }
}
