package dev.slipway.planner.plan;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.Step;
import java.util.List;

/// What a phase does on one host.
///
/// @param steps in order, at least one, names unique
public record PlannedTask(HostAddress host, List<Step> steps) {
    public PlannedTask {
        steps = List.copyOf(steps);
        if (steps.isEmpty() || steps.stream().map(Step::name).distinct().count() != steps.size()) {
            throw new IllegalArgumentException(
                    "task on %s: needs steps, each with a name of its own".formatted(host));
        }
    }
}
