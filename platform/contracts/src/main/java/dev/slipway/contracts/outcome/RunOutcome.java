package dev.slipway.contracts.outcome;

/// How a run ended.
public enum RunOutcome {
    SUCCEEDED,
    /// A limit was reached or a control plane failed; `retry` goes on with the same frozen plan.
    FAILED,
    CANCELLED,
    /// The cluster is as its Clusterfile says: nothing but `inspect` ran.
    NOTHING_TO_DO,
    /// A dry run: the plan was shown, nothing was frozen.
    PLANNED
}
