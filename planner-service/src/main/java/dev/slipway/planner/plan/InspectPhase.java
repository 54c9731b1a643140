package dev.slipway.planner.plan;

import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.inspect.InspectSteps;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/// `inspect`, phase 0 of every operation that changes a cluster: reads the facts of every host and
/// changes nothing. It stands outside the frozen plan, and its failure limit is no less than its
/// hosts, so all problems come out at once.
public final class InspectPhase {
    private static final PhaseBuilder PHASE =
            new PhaseBuilder("inspect", "look at the hosts", false, 100, Duration.ofMinutes(2));
    private static final List<Integer> PORTS = List.of(2379, 2380, 10250, 10257, 10259);

    private InspectPhase() {}

    /// @param leaving hosts that the Clusterfile no longer lists: they are looked at too, since a
    ///   host that is to be taken away must be there to be cleaned
    public static PlannedPhase of(Clusterfile clusterfile, List<ClusterHost> leaving) {
        var ports = new TreeSet<>(PORTS);
        ports.add(clusterfile.apiPort());
        ports.add(clusterfile.endpoint().port());
        List<ClusterHost> hosts =
                Stream.concat(clusterfile.hosts().stream(), leaving.stream()).toList();
        PlannedPhase phase = PHASE.on(hosts, clusterfile, _ -> InspectSteps.steps(ports));
        return new PlannedPhase(
                withFailureLimit(phase, hosts.size() + 1),
                phase.tasks(),
                phase.taskTimeout(),
                phase.startBy(),
                List.of(),
                OnUnknown.ADOPT,
                Optional.empty());
    }

    private static dev.slipway.contracts.event.PhaseSummary withFailureLimit(
            PlannedPhase phase, int limit) {
        var summary = phase.summary();
        return new dev.slipway.contracts.event.PhaseSummary(
                summary.name(),
                summary.title(),
                summary.hosts(),
                summary.mutating(),
                summary.window(),
                summary.disruptionBudget(),
                limit);
    }
}
