package dev.slipway.status.progress;

/// Where a phase is.
enum PhaseStage {
    WAITING,
    RUNNING,
    SETTLED
}
