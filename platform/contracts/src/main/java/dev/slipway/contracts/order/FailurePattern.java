package dev.slipway.contracts.order;

import dev.slipway.contracts.outcome.ReasonCode;

/// A text that, found in what a command printed, names the reason of its failure.
///
/// @param text looked for literally, case-sensitive
/// @param reason the code it stands for
public record FailurePattern(String text, ReasonCode reason) {
    public FailurePattern {
        if (text.isBlank()) {
            throw new IllegalArgumentException("a failure pattern needs a text");
        }
    }
}
