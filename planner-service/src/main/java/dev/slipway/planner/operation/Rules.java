package dev.slipway.planner.operation;

import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.run.PhaseRules;
import java.util.Set;

/// What the state machine needs of a planned phase.
final class Rules {
    private Rules() {}

    static PhaseRules of(PlannedPhase phase) {
        return rules(phase, false);
    }

    /// `inspect` looks at every host, whatever the others say.
    static PhaseRules ofInspect(PlannedPhase phase) {
        return rules(phase, true);
    }

    /// `inspect` as all that a run does.
    static PhaseRules ofCheck(PlannedPhase phase) {
        return rules(phase, true).toReport();
    }

    private static PhaseRules rules(PlannedPhase phase, boolean tryAll) {
        return new PhaseRules(
                        phase.summary(),
                        phase.taskTimeout(),
                        phase.startBy(),
                        Set.copyOf(phase.haltingHosts()),
                        switch (phase.onUnknown()) {
                            case ADOPT -> PhaseRules.Overdue.REATTEMPT;
                            case SETTLE -> PhaseRules.Overdue.SETTLE;
                        },
                        tryAll,
                        0,
                        phase.deadline())
                .renewedFor(Set.copyOf(phase.renewedFor()));
    }
}
