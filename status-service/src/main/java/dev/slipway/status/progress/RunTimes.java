package dev.slipway.status.progress;

import java.time.Duration;
import java.util.List;

/// Where the time of a run went.
///
/// @param wallTime the sum over the phases that have settled
/// @param hostTime what the hosts needed of it at least
/// @param overhead the rest, which is the suite's own
record RunTimes(Duration wallTime, Duration hostTime, Duration overhead) {
    static RunTimes of(List<PhaseProgress> phases) {
        Duration wall = sum(phases.stream().flatMap(p -> p.wallTime().stream()).toList());
        Duration overhead = sum(phases.stream().flatMap(p -> p.overhead().stream()).toList());
        return new RunTimes(wall, wall.minus(overhead), overhead);
    }

    private static Duration sum(List<Duration> durations) {
        return durations.stream().reduce(Duration.ZERO, Duration::plus);
    }
}
