package dev.slipway.planner.plan.k0s;

import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `token`: makes a running cluster accept this run's join tokens, where hosts join a cluster that
/// an earlier run initialised.
final class TokenPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder("token", "admit the join tokens", true, 1, Duration.ofMinutes(5));

    private TokenPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, K0sScope scope) {
        List<JoinToken> tokens = JoinToken.of(input, scope);
        return scope.initialising() || tokens.isEmpty()
                ? Optional.empty()
                : Phase.on(
                        PHASE,
                        input,
                        List.of(input.sponsor()),
                        host -> tokens.stream().map(t -> t.applySecret(input, host)).toList());
    }
}
