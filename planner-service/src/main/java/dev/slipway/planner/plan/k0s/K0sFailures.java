package dev.slipway.planner.plan.k0s;

import static dev.slipway.planner.plan.node.Failures.as;
import static dev.slipway.planner.plan.node.Failures.with;

import dev.slipway.contracts.order.FailurePattern;
import dev.slipway.contracts.outcome.ReasonCode;
import java.util.List;

/// What k0s prints when it fails, and the reason it stands for.
final class K0sFailures {
    static final List<FailurePattern> PROGRAM =
            with(
                    as("slipway: k0s is missing", ReasonCode.TOOL_MISSING),
                    as("expected v", ReasonCode.VERSION_MISMATCH));

    static final List<FailurePattern> CONFIG =
            with(
                    as("k0s: not found", ReasonCode.TOOL_MISSING),
                    as("rror", ReasonCode.CLUSTERFILE_INVALID));

    static final List<FailurePattern> INSTALL =
            with(
                    as("k0s: not found", ReasonCode.TOOL_MISSING),
                    as("unknown flag", ReasonCode.CLUSTERFILE_INVALID),
                    as("invalid node config", ReasonCode.CLUSTERFILE_INVALID),
                    as("failed to load node config", ReasonCode.CLUSTERFILE_INVALID));

    private K0sFailures() {}
}
