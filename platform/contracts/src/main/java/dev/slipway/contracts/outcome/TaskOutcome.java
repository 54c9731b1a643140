package dev.slipway.contracts.outcome;

/// How an attempt of a task ended on its host. `UNKNOWN` is no outcome: it is what the planner
/// calls a task that is overdue.
public enum TaskOutcome {
    /// Every step succeeded or had nothing to do.
    SUCCEEDED,
    /// A step failed, or the host could not be used; the reason code says why.
    FAILED,
    /// Ended on request, after a look at the host's journal.
    CANCELLED,
    /// Provably never started on the host: its reservation is free again.
    NOT_STARTED,
    /// The host lost power or was rebooted inside a step that may not be repeated: whether it took
    /// effect is not known.
    INTERRUPTED
}
