package dev.slipway.planner.run;

import dev.slipway.contracts.outcome.ReasonCode;

/// Why a task did not succeed, as users read it.
///
/// @param message one sentence: what was attempted on what, what was found, what to do
/// @param outputTail the last lines the program printed, already masked and escaped; may be empty
public record Failure(ReasonCode reason, String message, String outputTail) {
    /// A failure the planner itself found, so there is no output.
    public static Failure of(ReasonCode reason, String message) {
        return new Failure(reason, message, "");
    }
}
