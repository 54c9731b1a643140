package dev.slipway.planner.plan.node;

import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.plan.PlanInput;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The phases of an operation, in order. One that has nothing to do for an input is not in its
/// plan.
///
/// @param scope what an input has them look at
public record PhaseList<S extends Scope>(Function<PlanInput, S> scope, List<Phase<S>> phases) {
    public PhaseList {
        phases = List.copyOf(phases);
    }

    /// The plan, unless something is against it.
    public Compilation unless(Optional<Compilation.Refused> refused, PlanInput input) {
        return refused.isPresent() ? refused.get() : compile(input);
    }

    public Compilation compile(PlanInput input) {
        S looked = scope.apply(input);
        return input.operation() == Operation.APPLY && looked.isEmpty(input)
                ? new Compilation.NothingToDo(
                        "cluster %s is as its Clusterfile says"
                                .formatted(input.clusterfile().name()))
                : new Plan(
                        input.operation(),
                        input.clusterfile().name(),
                        input.ownership().generation(),
                        phases.stream().flatMap(p -> p.plan(input, looked).stream()).toList());
    }
}
