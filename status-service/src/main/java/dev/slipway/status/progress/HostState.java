package dev.slipway.status.progress;

/// What became of a phase on one host, as far as reported.
enum HostState {
    /// Its phase has not started.
    WAITING,
    /// Its phase has started; nothing was heard of it yet.
    QUEUED,
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED,
    /// It was sent and no result came.
    UNKNOWN,
    /// The host went down inside a step that may not be repeated.
    INTERRUPTED,
    /// It was not tried: the host failed before, or the run halted.
    LEFT_OUT
}
