package dev.slipway.status.progress;

import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.event.TaskResult.StepResult;
import dev.slipway.contracts.event.TaskResult.TaskRef;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.event.TaskResult.TaskStarted;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.StepOutcome;
import dev.slipway.contracts.outcome.TaskOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The latest attempt of a task. [#evolve] is idempotent and does not depend on the order of
/// results: a higher attempt replaces a lower one, which it fenced.
///
/// @param ref with the attempt
/// @param step the one that runs, or the one that ended the task
/// @param exitCode of the command that ended the task: the one that failed, else the last; absent
///   where none ran to its end
/// @param message empty if it succeeded
/// @param reached whether its steps began: then its output ends with a last piece
/// @param outputTail the last lines; empty if it succeeded
record TaskState(
        TaskRef ref,
        Optional<Instant> started,
        Optional<Instant> settled,
        Optional<TaskOutcome> outcome,
        Optional<ReasonCode> reason,
        String message,
        Optional<String> step,
        Optional<Integer> exitCode,
        Optional<Duration> hostTime,
        boolean reached,
        String outputTail) {
    static TaskState evolve(Optional<TaskState> known, TaskResult result) {
        TaskState state =
                known.filter(k -> k.ref.attempt() >= result.ref().attempt())
                        .orElseGet(() -> unheard(result.ref()));
        if (state.ref.attempt() > result.ref().attempt()) {
            return state;
        }
        return switch (result) {
            case TaskStarted e -> state.startedAt(e.at());
            case TaskSettled e -> state.outcome.isPresent() ? state : state.settledBy(e);
        };
    }

    private static TaskState unheard(TaskRef ref) {
        return new TaskState(
                ref,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                "");
    }

    private TaskState startedAt(Instant at) {
        boolean earlier = started.isEmpty() || at.isBefore(started.get());
        return new TaskState(
                ref,
                earlier ? Optional.of(at) : started,
                settled,
                outcome,
                reason,
                message,
                step,
                exitCode,
                hostTime,
                reached,
                outputTail);
    }

    private TaskState settledBy(TaskSettled event) {
        boolean good = event.outcome() == TaskOutcome.SUCCEEDED;
        return new TaskState(
                ref,
                started,
                Optional.of(event.at()),
                Optional.of(event.outcome()),
                event.reason(),
                event.message(),
                culprit(event).map(StepResult::name),
                exitCode(event),
                Optional.of(event.hostTime()),
                !event.steps().isEmpty(),
                good ? "" : event.outputTail());
    }

    private static Optional<Integer> exitCode(TaskSettled event) {
        return event.outcome() == TaskOutcome.SUCCEEDED
                ? event.steps().stream()
                        .flatMap(s -> s.exitCode().stream())
                        .reduce((_, last) -> last)
                : culprit(event).flatMap(StepResult::exitCode);
    }

    private static Optional<StepResult> culprit(TaskSettled event) {
        return event.steps().stream()
                .filter(s ->
                        s.outcome() == StepOutcome.FAILED || s.outcome() == StepOutcome.INTERRUPTED)
                .findFirst();
    }
}
