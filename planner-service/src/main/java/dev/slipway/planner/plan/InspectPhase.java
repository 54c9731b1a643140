package dev.slipway.planner.plan;

import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.inspect.AdoptSteps;
import dev.slipway.planner.inspect.CheckSteps;
import dev.slipway.planner.inspect.InspectSteps;
import dev.slipway.planner.inspect.NodePorts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// `inspect`, phase 0 of every operation that changes a cluster and all of `check`: reads the facts
/// of every host and changes nothing. It stands outside the frozen plan, and its failure limit is
/// no less than its hosts, so all problems come out at once.
public final class InspectPhase {
    private static final PhaseBuilder PHASE =
            new PhaseBuilder("inspect", "look at the hosts", false, 100, Duration.ofMinutes(2));
    private static final PhaseBuilder CHECK =
            new PhaseBuilder("inspect", "check the hosts", false, 100, Duration.ofMinutes(10));

    private InspectPhase() {}

    /// @param leaving hosts that the Clusterfile no longer lists: they are looked at too, since a
    ///   host that is to be taken away must be there to be cleaned
    public static PlannedPhase of(Clusterfile clusterfile, List<ClusterHost> leaving) {
        return of(
                clusterfile,
                Stream.concat(clusterfile.hosts().stream(), leaving.stream()).toList(),
                PHASE,
                _ -> List.of());
    }

    /// The phase of `adopt`, which asks of what cluster the hosts are.
    ///
    /// @param leaving as of other operations, where the cluster is known already
    public static PlannedPhase ofAdopt(Clusterfile clusterfile, List<ClusterHost> leaving) {
        Optional<ClusterHost> first = clusterfile.controlPlanes().stream().findFirst();
        return of(
                clusterfile,
                Stream.concat(clusterfile.hosts().stream(), leaving.stream()).toList(),
                PHASE,
                host ->
                        AdoptSteps.of(
                                first.filter(host::equals).isPresent(),
                                HostEnvironment.of(host.env())));
    }

    /// The phase of `check`, which asks more.
    public static PlannedPhase ofCheck(Clusterfile clusterfile) {
        var ports = new NodePorts(clusterfile);
        return of(
                clusterfile,
                clusterfile.hosts(),
                CHECK,
                host -> CheckSteps.of(clusterfile, ports, host, HostEnvironment.of(host.env())));
    }

    private static PlannedPhase of(
            Clusterfile clusterfile,
            List<ClusterHost> hosts,
            PhaseBuilder builder,
            Function<ClusterHost, List<Step>> more) {
        var ports = new NodePorts(clusterfile).all();
        PlannedPhase phase =
                builder.on(hosts, clusterfile, host -> InspectSteps.steps(ports, more.apply(host)));
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
