package dev.slipway.local.supervisor;

import java.util.Locale;

/// ```
/// WAITING ──▶ STARTING ──▶ READY ──▶ STOPPED
///    ▲            │          │          ▲
///    │            ▼          ▼          │
///    └──────── BACKING_OFF ◀─┴──────────┘ (every state ends in STOPPED when the stack is stopped)
/// ```
public enum PartState {
    /// For the parts it needs.
    WAITING,
    /// Its process runs and does not serve yet.
    STARTING,
    /// It serves.
    READY,
    /// It died, and is started again after a pause.
    BACKING_OFF,
    /// It was ended.
    STOPPED;

    /// As a sentence says it: `backing off`.
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
