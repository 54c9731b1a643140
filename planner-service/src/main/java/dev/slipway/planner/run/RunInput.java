package dev.slipway.planner.run;

import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.id.ContentDigest;
import java.util.List;

/// What can happen to a run from outside. That time has passed is no input: every decision looks at
/// it.
public sealed interface RunInput {
    /// An executor reports. Repetitions and results of attempts that were superseded change
    /// nothing.
    record Result(TaskResult.TaskSettled settled) implements RunInput {}

    /// An executor says that an attempt's program runs on its host. Nothing follows from it alone,
    /// but a later report of somebody who did not get to the host counts less.
    record Started(TaskResult.TaskRef ref) implements RunInput {}

    /// The plan is compiled and the authority open.
    record PlanReady(ContentDigest digest, List<PhaseRules> phases) implements RunInput {
        public PlanReady {
            phases = List.copyOf(phases);
            if (phases.isEmpty()) {
                throw new IllegalArgumentException("a plan needs at least one phase");
            }
        }
    }

    /// The run ends where it would have gone on with its plan: there is nothing to do, it was a dry
    /// run, or no plan can be made.
    record PlanningOver(Verdict verdict) implements RunInput {}

    /// The authority is open again, after a retry.
    record AuthorityReopened() implements RunInput {}

    record Pause(String actor) implements RunInput {}

    record Resume(String actor) implements RunInput {}

    record Cancel(String actor) implements RunInput {}

    record Retry(String actor) implements RunInput {}
}
