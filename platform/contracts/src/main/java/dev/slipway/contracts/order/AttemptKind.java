package dev.slipway.contracts.order;

/// What an attempt does with what lower attempts of its task left on the host.
public enum AttemptKind {
    /// Starts the task from its first step (the first attempt, and a user's retry of a failed
    /// task).
    FRESH,
    /// Takes a finished result as the result, skips finished steps, repeats the interrupted one
    /// only if it is rerunnable (the watchdog's attempts).
    ADOPT,
    /// Ends what runs and reports what the journal says; starts nothing.
    CANCEL
}
