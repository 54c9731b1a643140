package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// `record`: the run's join tokens are taken back, what stays of the run is put in its place, and
/// temporary files go.
public final class RecordPhase {
    private static final PhaseBuilder PHASE =
            new PhaseBuilder("record", "record the Clusterfile", true, 1, Duration.ofMinutes(5));

    private RecordPhase() {}

    /// @param revoke takes the tokens back, where there are any. All nodes are there, or `verify`
    ///   would have failed and a retry would still need them
    /// @param temporary what the runtime's phases leave; paths that need no quotes
    public static Optional<PlannedPhase> plan(
            PlanInput input, Optional<Step> revoke, RemotePath... temporary) {
        return Phase.on(
                PHASE,
                input,
                List.of(input.lead()),
                host -> {
                    var steps = new ArrayList<Step>();
                    revoke.ifPresent(steps::add);
                    steps.addAll(ClusterRecord.steps(input, host));
                    steps.add(remove(temporary));
                    return steps;
                });
    }

    private static Step remove(RemotePath... temporary) {
        return Steps.rerunnable(
                "remove-temporary-files",
                Stream.of(
                                Stream.of(NodePaths.ACCESS),
                                Stream.of(temporary),
                                Stream.of(NodePaths.RECORD))
                        .flatMap(paths -> paths)
                        .map(RemotePath::value)
                        .collect(Collectors.joining(" ", "rm -f ", "")));
    }
}
