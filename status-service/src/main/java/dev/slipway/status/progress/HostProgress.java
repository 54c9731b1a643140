package dev.slipway.status.progress;

import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.outcome.ReasonCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A phase on one host, as users see it.
///
/// @param task absent while nothing was heard of it
/// @param attempt 0 while nothing was heard of it
/// @param message one sentence; absent if there is nothing to say
/// @param step the one that runs, or the one that ended the task
/// @param exitCode of the command that ended the task
/// @param hostTime how long the program ran on the host
/// @param outputTail the last lines, where it did not succeed
record HostProgress(
        HostState state,
        Optional<TaskId> task,
        int attempt,
        Optional<ReasonCode> reason,
        Optional<String> message,
        Optional<String> step,
        Optional<Instant> startedAt,
        Optional<Instant> settledAt,
        Optional<Integer> exitCode,
        Optional<Duration> hostTime,
        Optional<String> outputTail) {
    static HostProgress unheard(HostState state) {
        return new HostProgress(
                state,
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static HostProgress of(HostState state, TaskState task) {
        return new HostProgress(
                state,
                Optional.of(task.ref().task()),
                task.ref().attempt(),
                task.reason(),
                Optional.of(task.message()).filter(m -> !m.isEmpty()),
                task.step(),
                task.started(),
                task.settled(),
                task.exitCode(),
                task.hostTime(),
                Optional.of(task.outputTail()).filter(t -> !t.isEmpty()));
    }
}
