package dev.slipway.planner.run;

/// How far a run has come.
///
/// ```
///              inspect is good        plan frozen             phases are over
/// Inspecting ──────────────────▶ Planning ──────────▶ Running ────────────────▶ Settled
///     ▲   │ inspect failed          │ nothing to do,    ▲ ▲                        │  │
///     │   ▼                         ▼ refused, dry run  │ └── Reopening ◀── retry ─┘  │
///     │ Settled                  Settled                      (plan frozen)           │
///     └──────────────────────────── retry (no plan yet) ──────────────────────────────┘
/// ```
///
/// An operation whose plan needs no facts (`exec`) begins at Planning, and its retry goes straight
/// to Running, since there is no authority to open again.
public sealed interface RunStage {
    /// Facts of every host are being read.
    record Inspecting() implements RunStage {}

    /// The plan is being compiled and the cluster's authority opened; no task runs.
    record Planning() implements RunStage {}

    /// A retry: the authority is being opened again, so that its tokens live long enough.
    record Reopening() implements RunStage {}

    /// The frozen plan is being executed.
    record Running() implements RunStage {}

    record Settled(Verdict verdict) implements RunStage {}
}
