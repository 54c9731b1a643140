package dev.slipway.executor.task;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// How much of a task's output may go on live: a bucket that starts full and fills at a rate.
final class OutputRate {
    private final long perSecond;
    private final long burst;
    private final Clock clock;
    private double bytes;
    private Instant filled;

    /// @param perSecond bytes
    /// @param burst bytes that may go on at once after a quiet time
    OutputRate(long perSecond, long burst, Clock clock) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.clock = clock;
        this.bytes = burst;
        this.filled = clock.instant();
    }

    long perSecond() {
        return perSecond;
    }

    /// Whether so much may go on; if so, it counts.
    boolean take(long count) {
        fill();
        if (bytes < count) {
            return false;
        }
        bytes -= count;
        return true;
    }

    /// Whether it has recovered enough to go on for a while: gaps shall be few and long.
    boolean hasRecovered() {
        fill();
        return bytes >= burst / 2.0;
    }

    private void fill() {
        Instant now = clock.instant();
        double seconds = Math.max(0, Duration.between(filled, now).toMillis()) / 1000.0;
        bytes = Math.min((double) burst, bytes + seconds * perSecond);
        filled = now;
    }
}
