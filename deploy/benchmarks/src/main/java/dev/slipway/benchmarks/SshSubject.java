package dev.slipway.benchmarks;

import dev.slipway.contracts.order.SshCredential;
import dev.slipway.executor.ExecutorConfig;
import dev.slipway.executor.ssh.MinaRemoteShell;
import dev.slipway.executor.task.DirectOrders;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The process of a [JvmSubject]: warms up; then says `ready`, waits for a line, runs once on every
/// host and says `done FAILED`, again and again until its input ends.
@Command(name = "ssh-subject", hidden = true)
final class SshSubject implements Callable<Integer> {
    @Parameters(index = "0")
    private String name;

    /// An address and its host key a line.
    @Option(names = "--hosts-file", required = true)
    private Path hostsFile;

    @Option(names = "--port", required = true)
    private int port;

    @Option(names = "--key", required = true)
    private Path key;

    @Option(names = "--width", required = true)
    private int width;

    @Option(names = "--warm-up", required = true)
    private int warmUp;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<SshTarget> hosts =
                Files.readAllLines(hostsFile).stream()
                        .map(line -> SshTarget.parse(line, port))
                        .toList();
        var credential = new SshCredential.Key(Files.readString(key), Optional.empty());
        switch (name) {
            case "mina-bare" -> {
                try (var bare = new BareSsh(credential)) {
                    play(hosts, host -> host, bare::runs, () -> {});
                }
            }
            case "slipway-executor-cold" -> executor(hosts, credential, "PT0.5S");
            case "slipway-executor-warm" -> executor(hosts, credential, "PT1H");
            default -> throw new BenchmarkFailure("there is no subject \"%s\"".formatted(name));
        }
        return 0;
    }

    private void executor(List<SshTarget> hosts, SshCredential.Key credential, String idle)
            throws IOException, InterruptedException {
        ExecutorConfig config =
                new SmallRyeConfigBuilder()
                        .withMapping(ExecutorConfig.class)
                        .withDefaultValues(Map.of("slipway.executor.ssh.session-idle", idle))
                        .build()
                        .getConfigMapping(ExecutorConfig.class);
        var meters = new SimpleMeterRegistry();
        var shell = new MinaRemoteShell(config, meters);
        boolean cold = name.endsWith("cold");
        var orders = new DirectOrders(config, shell, credential);
        try {
            play(
                    hosts,
                    host -> orders.order(host.address(), host.port(), host.key()),
                    orders::succeeds,
                    () -> {
                        // The next round shall find none open.
                        while (cold && meters.get(SESSIONS).gauge().value() > 0) {
                            Pause.millis(50);
                        }
                    });
        } finally {
            shell.close();
        }
    }

    private static final String SESSIONS = dev.slipway.chassis.telemetry.MetricNames.SSH_SESSIONS;

    /// @param prepare what is not part of the work, such as signing
    private <T> void play(
            List<SshTarget> hosts,
            Function<SshTarget, T> prepare,
            Predicate<T> run,
            Runnable between)
            throws IOException, InterruptedException {
        int rounds = Math.max(1, (warmUp + hosts.size() - 1) / hosts.size());
        for (int round = 0; round < rounds; round++) {
            between.run();
            int failed = all(hosts.stream().map(prepare).toList(), run);
            if (failed > 0) {
                throw new BenchmarkFailure(
                        "%s failed on %d of %d hosts in the warm-up"
                                .formatted(name, failed, hosts.size()));
            }
        }
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        while (true) {
            List<T> prepared = hosts.stream().map(prepare).toList();
            between.run();
            System.out.println("ready");
            if (lines.readLine() == null) {
                return;
            }
            System.out.println("done " + all(prepared, run));
        }
    }

    private <T> int all(List<T> works, Predicate<T> run) throws InterruptedException {
        var failed = new AtomicInteger();
        var places = new Semaphore(width);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (T work : works) {
                places.acquire();
                threads.execute(() -> {
                    try {
                        if (!run.test(work)) {
                            failed.incrementAndGet();
                        }
                    } catch (RuntimeException e) {
                        System.err.println(e);
                        failed.incrementAndGet();
                    } finally {
                        places.release();
                    }
                });
            }
        }
        return failed.get();
    }
}
