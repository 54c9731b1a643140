package dev.slipway.local;

/// What [LocalStack#down()] did.
public sealed interface DownOutcome {

    /// All parts are ended.
    record Stopped() implements DownOutcome {}

    /// There was nothing to end.
    record NotRunning() implements DownOutcome {}

    /// The supervisor was gone, but parts of it were still there; they are ended now.
    ///
    /// @param parts how many
    record OrphansEnded(long parts) implements DownOutcome {}

    /// Another command starts or stops this stack, or the supervisor does not end.
    ///
    /// @param message what was found, and what to do
    record Refused(String message) implements DownOutcome {}
}
