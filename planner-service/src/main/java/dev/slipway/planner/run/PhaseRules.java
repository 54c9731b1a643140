package dev.slipway.planner.run;

import dev.slipway.contracts.event.PhaseSummary;
import dev.slipway.contracts.id.PhaseName;
import java.time.Duration;

/// What a phase allows.
///
/// @param summary name, hosts in the order of dispatch, window, budget and limit
/// @param taskTimeout for a task's program on its host
/// @param overdue what becomes of a task whose result does not come
/// @param tryAll whether every host is tried whatever happens to the others, and any failure ends
///   the run when the phase is over (`inspect`: all problems at once)
/// @param nodesAway nodes that were not Ready before the phase; they use up the disruption budget
public record PhaseRules(
        PhaseSummary summary,
        Duration taskTimeout,
        Overdue overdue,
        boolean tryAll,
        int nodesAway) {
    /// What becomes of an overdue task.
    public enum Overdue {
        /// Another attempt fences the lower ones and adopts what they left.
        REATTEMPT,
        /// It is settled as unknown.
        SETTLE
    }

    public PhaseRules {
        if (!taskTimeout.isPositive() || nodesAway < 0) {
            throw new IllegalArgumentException(
                    "phase %s: task timeout %s must be positive, nodes away %d not negative"
                            .formatted(summary.name(), taskTimeout, nodesAway));
        }
    }

    public PhaseName name() {
        return summary.name();
    }
}
