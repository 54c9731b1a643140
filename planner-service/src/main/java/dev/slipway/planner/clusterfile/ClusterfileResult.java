package dev.slipway.planner.clusterfile;

import java.util.List;

/// What reading a Clusterfile came to.
public sealed interface ClusterfileResult {
    record Accepted(Clusterfile clusterfile) implements ClusterfileResult {}

    /// The text lists hosts and says nothing of a cluster: a document of kind `Hosts`.
    record HostsOnly(HostsFile hosts) implements ClusterfileResult {}

    /// @param problems all of them, in the order of the text; at least one
    record Rejected(List<Problem> problems) implements ClusterfileResult {
        public Rejected {
            problems = List.copyOf(problems);
        }
    }
}
