package dev.slipway.executor.task;

import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.contracts.event.TaskResult;

/// Where a task's news goes.
interface TaskReporter {
    /// May block while the broker is away; does not wait for it otherwise.
    void output(OutputChunk chunk);

    /// Likewise.
    void started(TaskResult.TaskStarted started);

    /// Returns when the broker has the result for good.
    void settled(TaskResult.TaskSettled settled) throws InterruptedException;
}
