package dev.slipway.benchmarks;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.SshCredential;
import dev.slipway.executor.ExecutorConfig;
import dev.slipway.executor.ssh.HeldSessions;
import dev.slipway.executor.ssh.HostAccess;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Opens sessions to a [SessionServer] by the executor's own classes, holds them, and says what
/// they cost: `held OPEN HEAP_KIB_EACH RSS_KIB THREADS CPU_MS_EACH`.
@Command(name = "session-holder", hidden = true)
final class SessionHolder implements Callable<Integer> {
    @Option(names = "--addresses", required = true)
    private int addresses;

    @Option(names = "--port", required = true)
    private int port;

    @Option(names = "--key", required = true)
    private Path key;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ExecutorConfig config =
                new SmallRyeConfigBuilder()
                        .withMapping(ExecutorConfig.class)
                        .withDefaultValues(
                                Map.of(
                                        "slipway.executor.ssh.session-idle",
                                        "PT1H",
                                        "slipway.executor.ssh.warm-sessions",
                                        String.valueOf(addresses)))
                        .build()
                        .getConfigMapping(ExecutorConfig.class);
        var access =
                new HostAccess(
                        new SshCredential.Key(Files.readString(key), Optional.empty()),
                        Optional.empty());
        try (var sessions = new HeldSessions(config)) {
            // The first ones bring what is there once: threads, providers, classes.
            int first = Math.min(50, addresses / 2);
            open(sessions, 0, first, access);
            long before = heap();
            long began = System.nanoTime();
            open(sessions, first, addresses, access);
            double seconds = (System.nanoTime() - began) / 1e9;
            long after = heap();
            int open = sessions.size();
            System.out.printf(
                    java.util.Locale.ROOT,
                    "held %d %.1f %s %d %.1f%n",
                    open,
                    (after - before) / 1024.0 / Math.max(1, open - first),
                    residentKib(),
                    ManagementFactory.getThreadMXBean().getThreadCount(),
                    seconds);
        }
        return 0;
    }

    private void open(HeldSessions sessions, int from, int to, HostAccess access)
            throws InterruptedException {
        var failed = new AtomicInteger();
        var places = new Semaphore(64);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = from; i < to; i++) {
                HostTarget target = target(SessionServer.address(i));
                places.acquire();
                threads.execute(() -> {
                    try {
                        sessions.open(target, access);
                    } catch (RuntimeException e) {
                        if (failed.incrementAndGet() == 1) {
                            System.err.println(e.getMessage());
                        }
                    } finally {
                        places.release();
                    }
                });
            }
        }
    }

    private HostTarget target(String address) {
        return new HostTarget(
                "host",
                new HostAddress(address, port),
                "root",
                MaterialName.of("credential/default"),
                Optional.empty(),
                List.of(),
                true);
    }

    /// What is reachable; twice, since the first collection may leave what waits to be finalized.
    private static long heap() {
        var memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }

    private static String residentKib() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .findFirst()
                .orElse("0");
    }
}
