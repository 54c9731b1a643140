package dev.slipway.executor.task;

import java.time.Duration;
import java.util.Optional;

/// When a host that could not be entered is tried again: ever later up to a longest time, spread so
/// that hosts which broke together are not tried together.
///
/// @param attempts how often it is tried in all
/// @param first before the second try, doubled before each further one
/// @param longest what that grows to
record Retries(int attempts, Duration first, Duration longest) {
    /// The time until the next try: between half and the whole of what it has grown to.
    ///
    /// @param failed tries that have failed so far, 1 or more
    /// @param left in which a try is of use
    /// @param spread 0 for the half, towards 1 for the whole
    /// @return empty if it is not tried again: often enough, or too late
    Optional<Duration> pause(int failed, Duration left, double spread) {
        if (failed >= attempts) {
            return Optional.empty();
        }
        Duration grown = first;
        for (int i = 1; i < failed && grown.compareTo(longest) < 0; i++) {
            grown = grown.multipliedBy(2);
        }
        long most = Math.min(grown.toNanos(), longest.toNanos());
        Duration pause = Duration.ofNanos(most / 2 + (long) (spread * (most - most / 2)));
        return Optional.of(pause).filter(p -> p.compareTo(left) < 0);
    }
}
