package dev.slipway.planner.inspect;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Checks facts against what an operation needs; all problems of all hosts at once.
public final class Preflight {
    private Preflight() {}

    /// What keeps `apply` from starting.
    ///
    /// @param leaving hosts to be taken out of the cluster
    /// @param facts those of the hosts that could be inspected
    /// @param wanted what the hosts are to be marked with
    /// @return empty if nothing does; in the order of the Clusterfile's hosts
    public static List<HostProblem> beforeApply(
            Clusterfile clusterfile,
            List<ClusterHost> leaving,
            Map<HostAddress, HostFacts> facts,
            Ownership wanted) {
        var problems = new ArrayList<HostProblem>();
        for (ClusterHost host : clusterfile.hosts()) {
            HostFacts found = facts.get(host.address());
            if (found != null) {
                problems.addAll(HostChecks.of(clusterfile, host, found, wanted));
            }
        }
        problems.addAll(NameChecks.of(clusterfile, facts));
        problems.addAll(beforeReset(leaving, facts, wanted));
        return List.copyOf(problems);
    }

    /// What keeps `reset` from starting: only a host that is somebody else's.
    public static List<HostProblem> beforeReset(
            List<ClusterHost> hosts, Map<HostAddress, HostFacts> facts, Ownership wanted) {
        var problems = new ArrayList<HostProblem>();
        for (ClusterHost host : hosts) {
            HostFacts found = facts.get(host.address());
            if (found != null) {
                HostChecks.ownership(host, found, wanted)
                        .filter(p -> p.reason() == ReasonCode.HOST_OWNED_BY_OTHER)
                        .ifPresent(problems::add);
            }
        }
        return List.copyOf(problems);
    }
}
