package dev.slipway.local.supervisor;

import dev.slipway.local.process.Patience;
import dev.slipway.local.process.ProcessStamp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Runs one part until told to stop: start, wait until it serves, wait until it dies, pause, again.
/// One thread runs [#run()]; any other may call [#stop()].
final class PartRunner implements Runnable {

    private static final System.Logger LOG = System.getLogger(PartRunner.class.getName());

    // Asking costs a connection, and the part needs the processor more.
    private static final Duration ASK_EVERY = Duration.ofMillis(200);

    private final Part part;
    private final LogFile log;
    private final Backoff backoff;
    private final StatusBoard board;
    private final Clock clock;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private PartStatus status;
    private volatile @Nullable ProcessStamp running;

    PartRunner(Part part, LogFile log, Backoff backoff, StatusBoard board, Clock clock) {
        this.part = part;
        this.log = log;
        this.backoff = backoff;
        this.board = board;
        this.clock = clock;
        this.status = PartStatus.waiting(part, clock.instant());
        board.put(status);
    }

    Part part() {
        return part;
    }

    @Override
    public void run() {
        try {
            if (board.awaitReady(part.needs())) {
                keepRunning();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            publish(status.stopped(clock.instant()));
            ended.countDown();
        }
    }

    /// Ends the part's process, or gives up starting it; returns when there is none any more.
    void stop() {
        stopping.countDown();
        ProcessStamp process = running;
        if (process != null) {
            process.end(part.program().stopSignal(), part.program().stopLimit());
        }
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void boundLog() {
        log.bound();
    }

    private void keepRunning() throws InterruptedException {
        while (!stopRequested()) {
            Death death = liveOnce();
            if (stopRequested()) {
                return;
            }
            Duration pause = backoff.after(death.served());
            LOG.log(
                    Level.WARNING,
                    "[{0}] {1}; starting it again in {2} ms, log: {3}",
                    part.name(),
                    death.reason(),
                    pause.toMillis(),
                    log.path());
            publish(status.backingOff(death.reason(), clock.instant()));
            stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /// How one life of the part ended.
    private record Death(Duration served, String reason) {}

    private Death liveOnce() throws InterruptedException {
        Process process;
        try {
            part.program().prepare();
            process = spawn();
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "[" + part.name() + "] cannot start", e);
            return new Death(Duration.ZERO, "cannot start: " + e.getMessage());
        }
        try {
            return follow(process);
        } finally {
            running = null;
        }
    }

    private Death follow(Process process) throws InterruptedException {
        Instant born = clock.instant();
        ProcessStamp stamp = ProcessStamp.of(process.pid()).orElse(null);
        if (stamp == null) {
            return new Death(Duration.ZERO, "ended at once with " + describe(process.waitFor()));
        }
        running = stamp;
        PartStatus starting = status.starting(stamp, born);
        publish(starting);
        if (stopRequested()) {
            stamp.end(part.program().stopSignal(), part.program().stopLimit());
        }
        while (!begun(process, stamp)
                && !Thread.currentThread().isInterrupted()
                && part.program().live(stamp)) {
            tellThatItWaits(starting);
        }
        if (process.isAlive() && !stopRequested()) {
            if (!part.program().ready(stamp)) {
                stamp.end(part.program().stopSignal(), part.program().stopLimit());
                return new Death(
                        Duration.ZERO,
                        "was not ready after " + part.program().startLimit().toSeconds() + " s");
            }
            serve(starting, stamp, born);
        }
        Instant ready = clock.instant();
        int code = process.waitFor();
        Duration served = Duration.between(ready, clock.instant());
        return new Death(
                served,
                "process %d ended with %s after %d s"
                        .formatted(stamp.pid(), describe(code), served.toSeconds()));
    }

    /// Waits until the part serves, is dead or shall stop; false where its time is over before.
    private boolean begun(Process process, ProcessStamp stamp) {
        return Patience.until(
                part.program().startLimit(),
                ASK_EVERY,
                () -> !process.isAlive() || stopRequested() || part.program().ready(stamp));
    }

    private void tellThatItWaits(PartStatus starting) {
        String message =
                "is well but not ready after %d s: it waits for another part"
                        .formatted(part.program().startLimit().toSeconds());
        LOG.log(Level.WARNING, "[{0}] {1}; log: {2}", part.name(), message, log.path());
        publish(starting.saying(message));
    }

    private void serve(PartStatus starting, ProcessStamp stamp, Instant born) {
        publish(starting.ready(clock.instant()));
        LOG.log(
                Level.INFO,
                "[{0}] ready after {1} ms, process {2}",
                part.name(),
                Duration.between(born, clock.instant()).toMillis(),
                Long.toString(stamp.pid()));
        part.program().started(stamp);
    }

    private Process spawn() {
        log.rotate();
        ProcessBuilder builder =
                new ProcessBuilder(part.program().command())
                        .directory(part.program().workingDirectory().toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.path().toFile()));
        builder.environment().putAll(part.program().environment());
        try {
            Files.createDirectories(part.program().workingDirectory());
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private void publish(PartStatus next) {
        status = next;
        board.put(next);
    }

    private boolean stopRequested() {
        return stopping.getCount() == 0;
    }

    private static String describe(int code) {
        // Java, like a shell, reports a death by signal n as 128 + n.
        return code > 128 && code < 193
                ? "code " + code + " (killed by signal " + (code - 128) + ")"
                : "code " + code;
    }
}
