package dev.slipway.contracts.event;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import java.util.List;
import java.util.OptionalInt;

/// A phase as users see it: what runs where and under which limits.
///
/// @param name unique in the plan
/// @param title a few words, what it does
/// @param hosts where it has a task, in the order of dispatch
/// @param mutating whether it changes hosts
/// @param window tasks in flight at once, at least 1
/// @param disruptionBudget nodes that may be away at once, in phases that take nodes away
/// @param failureLimit when failed + unknown reach it, nothing more starts and the run halts; at
///   least 1
public record PhaseSummary(
        PhaseName name,
        String title,
        List<HostAddress> hosts,
        boolean mutating,
        int window,
        OptionalInt disruptionBudget,
        int failureLimit) {
    public PhaseSummary {
        hosts = List.copyOf(hosts);
        if (window < 1 || failureLimit < 1) {
            throw new IllegalArgumentException(
                    "phase %s: window %d and failure limit %d must be at least 1"
                            .formatted(name, window, failureLimit));
        }
    }
}
