package dev.slipway.contracts.outcome;

/// How a step of a task ended.
public enum StepOutcome {
    SUCCEEDED,
    /// Its `unless` condition held, so there was nothing to do.
    SKIPPED,
    FAILED,
    INTERRUPTED,
    /// A step before it ended the task.
    NOT_RUN
}
