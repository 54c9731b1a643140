package dev.slipway.local;

import dev.slipway.local.supervisor.StackStatus;

/// What [LocalStack#up()] did.
public sealed interface UpOutcome {

    /// The supervisor runs and starts the parts.
    record Started(StackStatus status) implements UpOutcome {}

    /// The stack ran already; nothing was changed.
    record AlreadyRunning(StackStatus status) implements UpOutcome {}

    /// Nothing runs.
    ///
    /// @param message why, and what to do
    record Refused(String message) implements UpOutcome {}
}
