package dev.slipway.planner.cluster;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.RunId;
import java.util.Optional;
import java.util.OptionalInt;

/// What is known of a cluster.
///
/// @param generation how often its name was given away, from 1
/// @param revision the latest accepted; 0 while there is none
/// @param appliedRevision the one that was applied last, in this generation
/// @param lastRun the latest run that was to change it
public record ClusterRecord(
        ClusterName name,
        int generation,
        ClusterState state,
        int revision,
        OptionalInt appliedRevision,
        Optional<RunId> lastRun) {
    /// One of which nothing is known yet.
    public static ClusterRecord unknown(ClusterName name) {
        return new ClusterRecord(
                name, 1, ClusterState.ABSENT, 0, OptionalInt.empty(), Optional.empty());
    }
}
