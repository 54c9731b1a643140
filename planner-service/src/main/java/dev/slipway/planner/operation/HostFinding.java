package dev.slipway.planner.operation;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.inspect.HostProblem;

/// Why a host cannot be used as it is, kept with the run.
record HostFinding(HostAddress host, ReasonCode reason, String message, String advice) {
    static HostFinding of(HostProblem problem) {
        return new HostFinding(
                problem.host(), problem.reason(), problem.message(), problem.advice());
    }
}
