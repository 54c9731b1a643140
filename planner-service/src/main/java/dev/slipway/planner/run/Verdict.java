package dev.slipway.planner.run;

import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import java.util.Optional;

/// How a run ended.
///
/// @param reason absent where the outcome is a good one
/// @param message one sentence, and what to do
public record Verdict(RunOutcome outcome, Optional<ReasonCode> reason, String message) {
    /// Whether `retry` may take the run up again.
    public boolean retryable() {
        return outcome == RunOutcome.FAILED || outcome == RunOutcome.CANCELLED;
    }
}
