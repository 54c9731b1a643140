package dev.slipway.planner.plan.k0s;

import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.HostOwner;
import dev.slipway.planner.plan.node.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `check-archive`, first of a restore: looks at the archive before any controller gives up what it
/// holds.
final class CheckArchivePhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "check-archive", "look at the archive", false, 1, Duration.ofMinutes(30));

    private CheckArchivePhase() {}

    static Optional<PlannedPhase> plan(PlanInput input) {
        return Phase.on(
                PHASE,
                input,
                List.of(input.lead()),
                _ -> List.of(HostOwner.check(input.ownership()), RestoreSteps.check(input)));
    }
}
