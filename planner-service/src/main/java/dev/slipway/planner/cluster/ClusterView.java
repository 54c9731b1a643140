package dev.slipway.planner.cluster;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.planner.host.HostView;
import java.util.List;
import java.util.Optional;

/// A cluster as the API shows it.
///
/// @param generation how often its name was given away, from 1
/// @param revision the latest accepted Clusterfile's; 0 while there is none
/// @param appliedRevision the one applied last
/// @param hosts control planes first
/// @param lastRun the latest run that was to change it
public record ClusterView(
        ClusterName name,
        int generation,
        int revision,
        Optional<Integer> appliedRevision,
        ClusterState state,
        List<HostView> hosts,
        Optional<LastRun> lastRun) {
    /// @param outcome absent while the run is open
    public record LastRun(RunId id, String operation, String state, Optional<String> outcome) {}

    public ClusterView {
        hosts = List.copyOf(hosts);
    }

    /// The answer to a listing.
    public record Listing(List<ClusterView> clusters) {
        public Listing {
            clusters = List.copyOf(clusters);
        }
    }
}
