package dev.slipway.planner.clusterfile;

import java.time.Duration;
import java.util.Optional;

/// How pods leave a node that is taken away. Their disruption budgets are kept, unless `force`.
///
/// @param gracePeriod for each pod to end; absent: what the pod itself asks for
/// @param timeout for one node
/// @param force whether pods go that nothing will start again, and those whose disruption budget
///   forbids it
public record Drain(Optional<Duration> gracePeriod, Duration timeout, boolean force) {
    static final Drain DEFAULT = new Drain(Optional.empty(), Duration.ofMinutes(10), false);
}
