package dev.slipway.local.part;

import dev.slipway.local.process.ProcessStamp;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Ends the recordings of start-up caches, one at a time and not before the stack has done some
/// work: what runs before is what the cache makes fast, and the first minutes belong to the user.
final class Recorder {

    private final Duration delay;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("start-up-caches").factory());

    Recorder(Duration delay) {
        this.delay = delay;
    }

    void schedule(AotCache cache, ProcessStamp process) {
        thread.schedule(() -> cache.record(process), delay.toMillis(), TimeUnit.MILLISECONDS);
    }
}
