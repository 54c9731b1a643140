package dev.slipway.local.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what nobody announces: a port that opens, a process that ends.
public final class Patience {

    private static final Duration STEP = Duration.ofMillis(50);

    private Patience() {}

    /// Asks every 50 ms until `condition` holds or `limit` is over; true if it held. Ends early,
    /// with what holds then, when the thread is interrupted.
    public static boolean until(Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
                return condition.getAsBoolean();
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
        return true;
    }
}
