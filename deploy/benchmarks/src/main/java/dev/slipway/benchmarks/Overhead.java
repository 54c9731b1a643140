package dev.slipway.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The time that passes between two phases: from the last result of one to the first command of the
/// next. The last result is `TaskSettled.at`, when the executor had it from the host; the first
/// command is `TaskStarted.at`, when the executor heard from the host that the program had begun.
/// In between: broker, planner, its database and outbox, broker, executor, materials of the
/// cert-service, an exec on a warm session, claim and sync on the host.
@Command(
        name = "overhead",
        description =
                "Time between phases of whole installations on simulated hosts, on the embedded stack with durable writes: p50 and p99.",
        mixinStandardHelpOptions = true)
final class Overhead implements Callable<Integer> {
    private static final String CLUSTERFILE = "deploy/examples/three-nodes.yaml";

    /// Phase 0 is followed by making, freezing and publishing the plan.
    private static final String INSPECT = "inspect";

    @Option(
            names = "--rounds",
            defaultValue = "10",
            description = "installations, each followed by a reset (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--hosts",
            hidden = true,
            description = "taken for the sake of a common call; there are three hosts")
    private String hosts = "3";

    @Option(names = "--json", description = "write the rows there, as a JSON list")
    private Path json;

    @Option(
            names = "--plot",
            defaultValue = "overhead.svg",
            description = "write the drawing there (default: ${DEFAULT-VALUE})")
    private Path plot;

    /// Between two phases.
    private record Gap(String change, double millis) {}

    @Override
    public Integer call() {
        System.out.println(MachineText.text());
        double[] syncs = syncMillis();
        System.out.printf(
                Locale.ROOT,
                "one write and fsync of 4 KiB on this disk: p50 %.1f ms, p99 %.1f ms%n",
                percentile(syncs, 50),
                percentile(syncs, 99));
        List<Gap> gaps = new ArrayList<>();
        try (var group = CpuGroup.make("overhead");
                var stack = SuiteStack.up(group)) {
            stack.cli("demo");
            for (int round = 0; round < rounds; round++) {
                stack.cli("reset", "demo", "--yes", "--watch");
                stack.cli("apply", "-f", clusterfile(), "--watch");
                System.err.printf("==> round %d of %d%n", round + 1, rounds);
            }
            for (String run :
                    stack.cli("get", "runs", "--limit", "200", "-o", "name").lines().toList()) {
                gaps.addAll(
                        gaps(
                                stack.json("describe", "run", run.strip(), "-o", "json")
                                        .path("progress")));
            }
        }
        print(gaps);
        return gaps.isEmpty() ? 1 : 0;
    }

    private static String clusterfile() {
        Path root = Path.of(Optional.ofNullable(System.getenv("SLIPWAY_ROOT")).orElse("."));
        return root.resolve(CLUSTERFILE).toAbsolutePath().toString();
    }

    private static List<Gap> gaps(JsonNode run) {
        List<Gap> gaps = new ArrayList<>();
        Optional<Instant> last = Optional.empty();
        String before = "";
        for (JsonNode phase : run.path("phases")) {
            List<Instant> started = times(phase.path("hosts"), "startedAt");
            List<Instant> settled = times(phase.path("hosts"), "settledAt");
            String name = phase.path("phase").path("name").asText();
            if (last.isPresent() && !started.isEmpty()) {
                Instant first = started.stream().min(Instant::compareTo).orElseThrow();
                gaps.add(
                        new Gap(
                                before + " → " + name,
                                Duration.between(last.get(), first).toNanos() / 1e6));
            }
            if (!settled.isEmpty()) {
                last = settled.stream().max(Instant::compareTo);
                before = name;
            }
        }
        return gaps;
    }

    private static List<Instant> times(JsonNode phase, String field) {
        return phase.findValues(field).stream()
                .filter(JsonNode::isTextual)
                .map(node -> Instant.parse(node.asText()))
                .toList();
    }

    private void print(List<Gap> gaps) {
        Map<String, List<Gap>> changes = new TreeMap<>();
        gaps.forEach(gap -> changes.computeIfAbsent(gap.change(), _ -> new ArrayList<>()).add(gap));
        List<Gap> between = gaps.stream().filter(g -> !g.change().startsWith(INSPECT)).toList();
        changes.put("all but after " + INSPECT, between);
        System.out.printf("%-45s %6s %9s %9s%n", "phase change", "times", "p50 ms", "p99 ms");
        List<Row> rows = new ArrayList<>();
        changes.forEach((change, of) -> {
            double[] millis = of.stream().mapToDouble(Gap::millis).toArray();
            double half = percentile(millis, 50);
            double most = percentile(millis, 99);
            System.out.printf(
                    Locale.ROOT, "%-45s %6d %9.0f %9.0f%n", change, of.size(), half, most);
            rows.add(row(change, "p50", of.size(), half));
            rows.add(row(change, "p99", of.size(), most));
        });
        new Report("overhead between phases (wall time)", MachineText.text(), Plot.Panels.BY_HOSTS)
                .write(rows, json, plot);
    }

    private static Row row(String change, String which, int times, double millis) {
        return new Row(
                change,
                which,
                "simulated",
                3,
                Optional.of(millis / 1000),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                times + " times");
    }

    /// What a durable write costs here at least.
    private static double[] syncMillis() {
        try {
            Path file = Files.createTempFile(Path.of("/var/tmp"), "slipway-benchmark-", ".sync");
            double[] millis = new double[200];
            try (var open = new RandomAccessFile(file.toFile(), "rw")) {
                for (int i = 0; i < millis.length; i++) {
                    long began = System.nanoTime();
                    open.write(new byte[4096]);
                    open.getFD().sync();
                    millis[i] = (System.nanoTime() - began) / 1e6;
                }
            } finally {
                Files.delete(file);
            }
            return millis;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Nearest rank; 0 of nothing.
    static double percentile(double[] values, int percent) {
        if (values.length == 0) {
            return 0;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(percent / 100.0 * sorted.length);
        return sorted[Math.max(0, rank - 1)];
    }
}
