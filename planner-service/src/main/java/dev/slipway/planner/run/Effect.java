package dev.slipway.planner.run;

import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.order.OrderTimes;

/// What must be done along with a new state, in the same transaction.
public sealed interface Effect {
    /// Put this order in the outbox.
    ///
    /// @param firstAttempt the one with which the user last asked for the task
    record Dispatch(
            PhaseName phase,
            HostAddress host,
            int attempt,
            AttemptKind kind,
            int firstAttempt,
            OrderTimes times)
            implements Effect {
        static Dispatch of(
                PhaseRules rules, HostAddress host, TaskState.InFlight task, OrderTimes times) {
            return new Dispatch(
                    rules.name(), host, task.attempt(), task.kind(), task.firstAttempt(), times);
        }
    }

    /// Put this event in the outbox.
    record Publish(RunEvent event) implements Effect {}

    /// Keep what the result tells of its host.
    record Learn(TaskResult.TaskSettled settled) implements Effect {}

    /// Compile the plan and open the authority, outside the transaction, and come back with
    /// [RunInput.PlanReady] or [RunInput.PlanningOver]; after a retry with
    /// [RunInput.AuthorityReopened].
    record Prepare() implements Effect {}
}
