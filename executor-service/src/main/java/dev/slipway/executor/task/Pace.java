package dev.slipway.executor.task;

import java.time.Clock;
import java.time.Duration;

/// Time as a task sees it: what it is, how it passes, what goes on beside. A seam, so that a task
/// can also be run in virtual time.
interface Pace {
    Clock clock();

    /// Blocks the calling thread.
    void pause(Duration time) throws InterruptedException;

    /// Starts work on a thread of its own and returns.
    void beside(String name, Runnable work);

    /// The machine's own time and virtual threads.
    static Pace real() {
        return new Pace() {
            @Override
            public Clock clock() {
                return Clock.systemUTC();
            }

            @Override
            public void pause(Duration time) throws InterruptedException {
                Thread.sleep(time);
            }

            @Override
            public void beside(String name, Runnable work) {
                Thread.ofVirtual().name(name).start(work);
            }
        };
    }
}
