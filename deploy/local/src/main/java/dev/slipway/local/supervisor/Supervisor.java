package dev.slipway.local.supervisor;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;

/// Runs all parts. Parts may come and go while it runs.
public final class Supervisor {

    private static final System.Logger LOG = System.getLogger(Supervisor.class.getName());
    private static final long LOG_LIMIT = 16L << 20;

    private final StatusBoard board;
    private final StateFile file;
    private final Function<String, Path> logs;
    private final Clock clock;
    private final Map<String, PartRunner> runners = new LinkedHashMap<>();

    /// @param file where the status is written
    /// @param logs the log file of a part
    public Supervisor(StateFile file, Function<String, Path> logs, Clock clock) {
        this.board = new StatusBoard(file, clock.instant());
        this.file = file;
        this.logs = logs;
        this.clock = clock;
    }

    /// Ends processes that an earlier supervisor left behind; to be called before the first part is
    /// added.
    public void reapOrphans(List<Part> parts) {
        file.read()
                .ifPresent(earlier ->
                        inParallel(
                                earlier.parts().stream()
                                        .<Runnable>map(left -> () -> reap(left, parts))
                                        .toList()));
    }

    private static void reap(PartStatus left, List<Part> parts) {
        left.process()
                .filter(process -> process.alive())
                .ifPresent(process -> {
                    LOG.log(
                            Level.WARNING,
                            "[{0}] ending process {1}, left behind by an earlier supervisor",
                            left.part(),
                            Long.toString(process.pid()));
                    Optional<PartProgram> program =
                            parts.stream()
                                    .filter(part -> part.name().equals(left.part()))
                                    .map(Part::program)
                                    .findFirst();
                    process.end(
                            program.map(PartProgram::stopSignal).orElse("TERM"),
                            program.map(PartProgram::stopLimit)
                                    .orElse(java.time.Duration.ofSeconds(10)));
                });
    }

    /// Starts the part as soon as those it needs are ready.
    public synchronized void add(Part part) {
        if (runners.containsKey(part.name())) {
            throw new IllegalArgumentException("part \"" + part.name() + "\" is there already");
        }
        PartRunner runner =
                new PartRunner(
                        part,
                        new LogFile(logs.apply(part.name()), LOG_LIMIT),
                        new Backoff(new SplittableRandom()),
                        board,
                        clock);
        runners.put(part.name(), runner);
        Thread.ofPlatform().daemon().name("part-" + part.name()).start(runner);
    }

    /// Ends the part and forgets it; does nothing if it is not there.
    public void remove(String name) {
        PartRunner runner;
        synchronized (this) {
            runner = runners.remove(name);
        }
        if (runner != null) {
            runner.stop();
            board.remove(name);
        }
    }

    /// What all parts are doing.
    public StackStatus status() {
        return board.status();
    }

    /// Keeps the logs within their limits; to be called now and then.
    public synchronized void boundLogs() {
        runners.values().forEach(PartRunner::boundLog);
    }

    /// Ends all parts, those first that no other needs.
    public synchronized void stop() {
        board.close();
        List<PartRunner> left = new ArrayList<>(runners.values());
        while (!left.isEmpty()) {
            List<PartRunner> next =
                    left.stream()
                            .filter(runner ->
                                    left.stream()
                                            .noneMatch(other ->
                                                    other.part()
                                                            .needs()
                                                            .contains(runner.part().name())))
                            .toList();
            inParallel(next.stream().<Runnable>map(runner -> runner::stop).toList());
            left.removeAll(next);
        }
    }

    private static void inParallel(List<Runnable> tasks) {
        List<Thread> threads = tasks.stream().map(task -> Thread.ofVirtual().start(task)).toList();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
