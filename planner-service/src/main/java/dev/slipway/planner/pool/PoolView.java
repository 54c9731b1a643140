package dev.slipway.planner.pool;

import java.util.List;

/// A pool as its users see it.
///
/// @param executors processes that take orders from it now
/// @param partitions of its topic: more executors than that find nothing to do
/// @param waiting the tenant's tasks whose order no executor has begun
/// @param running the tenant's tasks that an executor has begun
public record PoolView(String name, int executors, int partitions, long waiting, long running) {
    /// @param pools by name
    public record Listing(List<PoolView> pools) {
        public Listing {
            pools = List.copyOf(pools);
        }
    }
}
