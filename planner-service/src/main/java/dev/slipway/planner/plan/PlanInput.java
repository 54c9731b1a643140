package dev.slipway.planner.plan;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.inspect.Ownership;
import java.util.Map;

/// All that a plan depends on.
///
/// @param ownership what the hosts are (to be) marked with, the generation included
/// @param facts of every host of the Clusterfile, fresh from `inspect`
/// @param authority [AuthorityInfo#DRY_RUN] where none was opened (dry run, and to find out whether
///   there is anything to do)
public record PlanInput(
        Operation operation,
        Ownership ownership,
        Clusterfile clusterfile,
        Map<HostAddress, HostFacts> facts,
        RecordedState recorded,
        AuthorityInfo authority) {
    public PlanInput {
        facts = Map.copyOf(facts);
        for (ClusterHost host : clusterfile.hosts()) {
            if (!facts.containsKey(host.address())) {
                throw new IllegalArgumentException("no facts of host " + host.address());
            }
        }
    }

    public HostFacts factsOf(ClusterHost host) {
        return java.util.Objects.requireNonNull(facts.get(host.address()));
    }

    /// The name of the host's node: the Clusterfile's, else its hostname in lower case.
    public String nodeName(ClusterHost host) {
        return host.name()
                .orElseGet(
                        () -> factsOf(host).system().hostname().toLowerCase(java.util.Locale.ROOT));
    }
}
