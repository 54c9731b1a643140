package dev.slipway.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Installs a cluster of one control plane and N workers on simulated hosts, with each way of
/// joining, on one local stack: the figures of the phases in which workers take part, and of the
/// whole run. The stand-ins wait for what real tools wait for (a signature, a certificate), at the
/// scale that is set, but no API server works behind them: what mass joins cost that one is not
/// seen here.
@Command(
        name = "join",
        description =
                "Whole installations on simulated hosts, workers joining by token and by certificate: wall time, CPU per worker and memory by phase, and how they grow.",
        mixinStandardHelpOptions = true)
final class Join implements Callable<Integer> {
    private static final List<String> PHASES =
            List.of("inspect", "prepare", "join-workers", "verify");
    private static final int FIRST_NETWORK = 80;

    @Option(
            names = "--hosts",
            split = ",",
            defaultValue = "10,100,1000",
            description = "numbers of workers (default: ${DEFAULT-VALUE})")
    private List<Integer> hosts;

    @Option(
            names = "--modes",
            split = ",",
            defaultValue = "token,certificate",
            description = "ways of joining (default: ${DEFAULT-VALUE})")
    private List<String> modes;

    @Option(
            names = "--window",
            defaultValue = "25",
            description = "workers that join at once (default: ${DEFAULT-VALUE})")
    private int window;

    @Option(
            names = "--scale",
            defaultValue = "0.05",
            description =
                    "how long the stand-ins take, as a part of the real tools' time (default: ${DEFAULT-VALUE})")
    private String scale;

    @Option(
            names = "--warm-up",
            defaultValue = "10",
            description =
                    "workers of an installation in each mode before the first that counts; 0: none (default: ${DEFAULT-VALUE})")
    private int warmUp;

    @Option(names = "--json", description = "write the rows there, as a JSON list")
    private Path json;

    @Option(
            names = "--plot",
            defaultValue = "join.svg",
            description = "write the drawing there (default: ${DEFAULT-VALUE})")
    private Path plot;

    private int fleets;

    @Override
    public Integer call() {
        Report report = new Report("joining workers", MachineText.text(), Plot.Panels.BY_SUBJECT);
        List<Row> rows = new ArrayList<>();
        try (var group = CpuGroup.make("client");
                var stack = SuiteStack.up(group)) {
            for (String mode : warmUp > 0 ? modes : List.<String>of()) {
                install(stack, group, mode, warmUp);
            }
            report.begin();
            for (int number : hosts) {
                for (String mode : modes) {
                    for (Row row : install(stack, group, mode, number)) {
                        rows.add(row);
                        report.print(row);
                    }
                }
            }
        }
        Growth.lines(rows).forEach(System.out::println);
        report.write(rows, json, plot);
        return rows.stream().allMatch(row -> row.failed() == 0) ? 0 : 1;
    }

    private List<Row> install(SuiteStack stack, CpuGroup group, String mode, int workers) {
        System.err.printf("==> joining %d workers by %s%n", workers, mode);
        int fleet = fleets++;
        String cluster = "join-%d-%s".formatted(fleet, mode);
        try (var targets = SimulatedHosts.start(workers + 1, FIRST_NETWORK + fleet, scale)) {
            Path file = clusterfile(targets, cluster, mode);
            var meter = new Meter(group, targets);
            try (meter) {
                stack.cli("apply", "-f", file.toString(), "--accept-new-host-keys", "--watch");
            }
            return rows(run(stack, cluster), meter, mode, workers);
        }
    }

    /// The view may lag a moment behind the planner.
    private static JsonNode run(SuiteStack stack, String cluster) {
        String id =
                stack.json("get", "runs", "--limit", "5", "-o", "json").findParents("id").stream()
                        .filter(line -> line.path("cluster").asText().equals(cluster))
                        .map(line -> line.path("id").asText())
                        .findFirst()
                        .orElseThrow(() -> new BenchmarkFailure("no run of cluster " + cluster));
        for (int round = 0; round < 60; round++) {
            JsonNode run = stack.json("describe", "run", id, "-o", "json").path("progress");
            if (run.hasNonNull("settledAt")) {
                return run;
            }
            Pause.millis(500);
        }
        throw new BenchmarkFailure("run %s of cluster %s has no end".formatted(id, cluster));
    }

    private static List<Row> rows(JsonNode run, Meter meter, String mode, int workers) {
        List<Row> rows = new ArrayList<>();
        for (JsonNode phase : run.path("phases")) {
            String name = phase.path("phase").path("name").asText();
            if (PHASES.contains(name)) {
                rows.add(row(name, mode, workers, phase, meter));
            }
        }
        rows.add(row("all", mode, workers, run, meter));
        return rows;
    }

    /// @param span a phase or the run
    private static Row row(String name, String mode, int workers, JsonNode span, Meter meter) {
        String start = name.equals("all") ? "openedAt" : "startedAt";
        Instant from = Instant.parse(span.path(start).asText());
        Instant to = Instant.parse(span.path("settledAt").asText());
        Meter.Passed passed = meter.between(from, to);
        return new Row(
                name,
                mode,
                "simulated",
                workers,
                Optional.of(Duration.between(from, to).toMillis() / 1e3),
                Optional.of(passed.clientMs() / workers),
                Optional.of(passed.targetsMs() / workers),
                Optional.of(passed.peakMib()).filter(peak -> peak > 0),
                failed(span.path("hosts")),
                onHosts(span.path("hosts")));
    }

    private static int failed(JsonNode hosts) {
        int failed = 0;
        for (JsonNode host : hosts) {
            String state = host.path("state").asText("SUCCEEDED");
            failed += host.has("state") && !state.equals("SUCCEEDED") ? 1 : 0;
        }
        return failed;
    }

    /// How long the hosts' own programs ran.
    private static String onHosts(JsonNode hosts) {
        double[] seconds =
                hosts.findValuesAsText("hostTime").stream()
                        .mapToDouble(text -> Duration.parse(text).toMillis() / 1e3)
                        .toArray();
        return seconds.length == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "a task on its host: p50 %.1f s, p99 %.1f s",
                        Overhead.percentile(seconds, 50),
                        Overhead.percentile(seconds, 99));
    }

    private Path clusterfile(Targets targets, String cluster, String mode) {
        List<String> addresses = targets.addresses();
        try {
            return Files.writeString(
                    targets.folder().resolve("Clusterfile"),
                    """
                    apiVersion: slipway.dev/v1
                    kind: Cluster
                    metadata:
                      name: %s
                    spec:
                      runtime: {version: v1.36.2}
                      join: %s
                      ssh: {port: %d, user: root, pk: %s}
                      limits:
                        phases:
                          join-workers: {window: %d}
                      hosts:
                        - {ips: [%s], roles: [control-plane]}
                        - {ips: [%s], roles: [worker]}
                      manifests:
                        - name: network
                          text: |
                            apiVersion: apps/v1
                            kind: DaemonSet
                            metadata: {name: network, namespace: kube-system}
                            spec:
                              template:
                                spec:
                                  hostNetwork: true
                    """
                            .formatted(
                                    cluster,
                                    mode,
                                    targets.port(),
                                    targets.key(),
                                    window,
                                    addresses.getFirst(),
                                    String.join(", ", addresses.subList(1, addresses.size()))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
