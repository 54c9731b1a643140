package dev.slipway.status.progress;

import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.event.TaskResult.TaskRef;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.status.stream.RunKey;
import java.util.List;
import java.util.Optional;

/// A task with all that was reported of it.
///
/// @param attempt the latest
/// @param outcome of the latest attempt; absent while it runs
/// @param results of all attempts, in the order they were heard
record TaskProgress(
        TaskId task,
        PhaseName phase,
        HostAddress host,
        int attempt,
        Optional<TaskOutcome> outcome,
        List<TaskResult> results) {
    TaskProgress {
        results = List.copyOf(results);
    }

    static TaskProgress of(RunKey run, TaskId task, List<TaskResult> results) {
        Optional<TaskState> state = Optional.empty();
        for (TaskResult result : results) {
            state = Optional.of(TaskState.evolve(state, result));
        }
        TaskState latest = state.orElseThrow(() -> unheard(run, task));
        TaskRef ref = latest.ref();
        return new TaskProgress(
                task, ref.phase(), ref.host(), ref.attempt(), latest.outcome(), results);
    }

    private static ProblemFailure unheard(RunKey run, TaskId task) {
        return ProblemFailure.of(
                ReasonCode.UNKNOWN_RUN,
                404,
                "nothing was heard of task %s of run %s (yet)".formatted(task, run.run()));
    }
}
