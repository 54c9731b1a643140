package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `authority`: puts the eight files from which the runtime makes all certificates on the first
/// control plane and checks them there. Both runtimes take authorities that they find, and make
/// those that are missing.
public final class AuthorityPhase {
    public static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "authority", "bring the cluster's authority", true, 1, Duration.ofMinutes(5));

    private AuthorityPhase() {}

    /// @param folder where the runtime looks for them
    public static Optional<PlannedPhase> plan(PlanInput input, Scope scope, RemotePath folder) {
        return scope.initialising()
                ? Phase.on(
                        PHASE,
                        input,
                        List.of(input.lead()),
                        _ -> AuthorityFiles.steps(input.authority(), folder))
                : Optional.empty();
    }
}
