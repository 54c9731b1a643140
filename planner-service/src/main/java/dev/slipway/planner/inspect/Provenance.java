package dev.slipway.planner.inspect;

/// Who made something that is on a host.
public enum Provenance {
    /// It is not there.
    NONE,
    /// Slipway made it for this cluster and removes it on reset.
    OURS,
    /// It was there before; it is used or kept, never removed.
    FOREIGN
}
