package dev.slipway.planner.inspect;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.outcome.ReasonCode;

/// Why a host cannot be used as it is.
///
/// @param message what was found, values quoted, expected against actual
/// @param advice what to do
public record HostProblem(HostAddress host, ReasonCode reason, String message, String advice) {
    static HostProblem of(HostAddress host, ReasonCode reason, String message) {
        return new HostProblem(host, reason, message, reason.advice());
    }
}
