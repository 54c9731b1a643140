package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A phase of a [PhaseList].
///
/// @param <S> the runtime's
@FunctionalInterface
public interface Phase<S extends Scope> {
    /// Empty where it has nothing to do.
    Optional<PlannedPhase> plan(PlanInput input, S scope);

    /// The phase on `hosts`, with what `steps` says for each, in its environment; empty where there
    /// is no host.
    static Optional<PlannedPhase> on(
            PhaseBuilder phase,
            PlanInput input,
            List<ClusterHost> hosts,
            Function<ClusterHost, List<Step>> steps) {
        return hosts.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        phase.on(
                                hosts,
                                input.clusterfile(),
                                host -> Steps.withEnvironment(input, host, steps.apply(host))));
    }
}
