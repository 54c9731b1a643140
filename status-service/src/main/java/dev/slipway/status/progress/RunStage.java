package dev.slipway.status.progress;

/// Where a run is, by what the planner said of it.
enum RunStage {
    OPEN,
    /// Facts are being read; there is no plan yet.
    INSPECTING,
    RUNNING,
    PAUSED,
    /// Tasks are being ended on their hosts.
    CANCELLING,
    SETTLED
}
