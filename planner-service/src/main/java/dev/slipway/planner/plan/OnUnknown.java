package dev.slipway.planner.plan;

/// What becomes of an overdue task whose fate is not known.
public enum OnUnknown {
    /// It is attempted again, fenced and adopting.
    ADOPT,
    /// It is settled as it is; nothing is sent to the host again.
    SETTLE
}
