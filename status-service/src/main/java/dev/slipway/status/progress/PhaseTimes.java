package dev.slipway.status.progress;

import dev.slipway.contracts.event.RunEvent.PhaseSettled;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Where the time of a phase went: on the hosts, or in the suite.
///
/// @param wallTime from the phase's start to its end; absent while it goes on
/// @param hostTimeMax of the host that took longest
/// @param hostTimeSum over all hosts
/// @param overhead `wallTime` less what the hosts need at least, which is the longest task or,
///   where the window is narrower than the phase, the sum spread over the window; never negative
record PhaseTimes(
        Optional<Duration> wallTime,
        Optional<Duration> hostTimeMax,
        Optional<Duration> hostTimeSum,
        Optional<Duration> overhead) {
    static PhaseTimes of(PhaseState phase, int window, Collection<TaskState> tasks) {
        List<Duration> hostTimes =
                tasks.stream()
                        .filter(t -> t.settled().filter(s -> !phase.beforeRestart(s)).isPresent())
                        .flatMap(t -> t.hostTime().stream())
                        .toList();
        Optional<Duration> wall =
                phase.settlement()
                        .map(PhaseSettled::at)
                        .flatMap(end ->
                                phase.lastStart().map(start -> Duration.between(start, end)));
        Optional<Duration> max = hostTimes.stream().max(Duration::compareTo);
        Optional<Duration> sum = hostTimes.stream().reduce(Duration::plus);
        Duration least =
                longer(sum.orElse(Duration.ZERO).dividedBy(window), max.orElse(Duration.ZERO));
        return new PhaseTimes(wall, max, sum, wall.map(w -> longer(w.minus(least), Duration.ZERO)));
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
