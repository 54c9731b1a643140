package dev.slipway.planner.plan;

import dev.slipway.planner.clusterfile.Clusterfile;
import java.util.Optional;

/// What the planner knows of the cluster before the operation.
///
/// @param applied the Clusterfile of the last `apply` that succeeded in this generation; absent if
///   none did
public record RecordedState(Optional<Clusterfile> applied) {
    /// Nothing was ever applied, or the cluster was reset.
    public static final RecordedState NONE = new RecordedState(Optional.empty());
}
