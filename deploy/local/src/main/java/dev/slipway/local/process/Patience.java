package dev.slipway.local.process;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for what nobody announces: a port that opens, a process that ends.
public final class Patience {

    private static final Duration STEP = Duration.ofMillis(50);

    private Patience() {}

    /// Asks every 50 ms until `condition` holds or `limit` is over; true if it held. Ends early,
    /// with what holds then, when the thread is interrupted.
    public static boolean until(Duration limit, BooleanSupplier condition) {
        return until(limit, STEP, condition);
    }

    /// As [#until(Duration, BooleanSupplier)], asking every `step`.
    public static boolean until(Duration limit, Duration step, BooleanSupplier condition) {
        return find(
                        limit,
                        step,
                        () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty())
                .isPresent();
    }

    /// Asks every 50 ms until `source` gives something or `limit` is over.
    public static <T> Optional<T> find(Duration limit, Supplier<Optional<T>> source) {
        return find(limit, STEP, source);
    }

    private static <T> Optional<T> find(
            Duration limit, Duration step, Supplier<Optional<T>> source) {
        long deadline = System.nanoTime() + limit.toNanos();
        Optional<T> found = source.get();
        while (found.isEmpty()
                && System.nanoTime() - deadline < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(step.toNanos());
            found = source.get();
        }
        return found;
    }
}
