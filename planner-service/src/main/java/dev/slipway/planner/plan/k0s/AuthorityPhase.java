package dev.slipway.planner.plan.k0s;

import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.AuthorityFiles;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `authority`: puts the eight files from which k0s makes all certificates on the first controller
/// and checks them there. k0s takes authorities that it finds, and makes those that are missing.
final class AuthorityPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "authority", "bring the cluster's authority", true, 1, Duration.ofMinutes(5));

    private AuthorityPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, K0sScope scope) {
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
                                                        input.authority(), K0sPaths.pki(host)))))
                : Optional.empty();
    }
}
