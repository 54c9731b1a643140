package dev.slipway.planner.plan;

/// What compiling an operation came to.
public sealed interface Compilation permits Plan, Compilation.NothingToDo, Compilation.Refused {
    /// The cluster is as its Clusterfile says.
    record NothingToDo(String message) implements Compilation {}

    /// The change is known but not served yet.
    ///
    /// @param message what is asked for, from what to what, and what to do
    record Refused(dev.slipway.contracts.outcome.ReasonCode reason, String message)
            implements Compilation {}
}
