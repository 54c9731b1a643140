package dev.slipway.local.supervisor;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// The pause before a dead part is started again: 0.5 s, doubled with each failure in a row up to
/// 30 s, give or take a quarter so that parts that died together do not come back together.
final class Backoff {

    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration GOOD_RUN = Duration.ofSeconds(60);
    private static final double JITTER = 0.25;

    private final RandomGenerator random;
    private int failures;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /// @param served how long the part was ready before it died; a minute makes a new beginning
    Duration after(Duration served) {
        if (served.compareTo(GOOD_RUN) >= 0) {
            failures = 0;
        }
        long doubled = FIRST.toMillis() << Math.min(failures++, 16);
        double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
        return Duration.ofMillis(Math.round(Math.min(doubled, LONGEST.toMillis()) * factor));
    }
}
