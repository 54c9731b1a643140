package dev.slipway.cli.stack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.ExitCode;
import dev.slipway.cli.api.ApiFailure;
import dev.slipway.cli.api.Services;
import dev.slipway.cli.run.RunWatch;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.local.LocalStack;
import dev.slipway.local.part.AddedPart;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The demo's hosts: simulated ones, run by the stack's supervisor beside the other parts, and
/// known to the services as any host is: by credential and host key.
final class SimulatedHosts {
    private static final String PART = "simulator";
    private static final Duration START_LIMIT = Duration.ofMinutes(1);

    private final LocalStack stack;
    private final Services services;
    private final double timeScale;
    private final Path home;

    SimulatedHosts(LocalStack stack, Services services, double timeScale) {
        this.stack = stack;
        this.services = services;
        this.timeScale = timeScale;
        this.home = stack.home().part(PART);
    }

    /// Takes an earlier demo's cluster and hosts away and puts fresh ones there.
    void replace(Clusterfile clusterfile) {
        String cluster = clusterfile.name().value();
        clearAway(cluster);
        stack.remove(PART);
        awaitGone();
        reset();
        start(clusterfile.hosts());
        introduce(clusterfile.hosts());
    }

    private void clearAway(String cluster) {
        Optional<JsonNode> earlier = find(cluster);
        if (earlier.isEmpty() || earlier.get().path("state").asText().equalsIgnoreCase("absent")) {
            return;
        }
        Stack.say(
                "replacing the cluster of an earlier demo: slipway reset %s --yes --watch"
                        .formatted(cluster));
        JsonNode last = earlier.get().path("lastRun");
        if (!last.path("state").asText("SETTLED").equals("SETTLED")) {
            services.planner()
                    .post("/v1/runs/%s/cancel".formatted(last.path("id").asText()), Map.of());
            new RunWatch(services, last.path("id").asText()).follow();
        }
        if (!Files.exists(readyFile())) {
            return;
        }
        String run =
                services.planner()
                        .post("/v1/runs", Map.of("operation", "reset", "cluster", cluster))
                        .path("id")
                        .asText();
        if (new RunWatch(services, run).follow() != ExitCode.OK) {
            throw CommandFailure.failed(
                    "the earlier demo's cluster could not be reset: `slipway down --purge` forgets it");
        }
    }

    private Optional<JsonNode> find(String cluster) {
        try {
            return Optional.of(services.planner().get("/v1/clusters/" + cluster));
        } catch (ApiFailure e) {
            if (e.is(ReasonCode.UNKNOWN_CLUSTER)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void reset() {
        try {
            Simulator.reset(home);
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "cannot remove the earlier demo's hosts in %s (%s)"
                            .formatted(home, e.getMessage()));
        }
    }

    private void start(List<ClusterHost> hosts) {
        Instant began = Instant.now();
        Stack.say(
                "starting %d simulated hosts: %s"
                        .formatted(
                                hosts.size(),
                                hosts.stream()
                                        .map(h -> h.address().toString())
                                        .collect(Collectors.joining(", "))));
        String names =
                IntStream.range(0, hosts.size())
                        .mapToObj(i ->
                                "node-%d=%s".formatted(i + 1, hosts.get(i).address().address()))
                        .collect(Collectors.joining(","));
        stack.add(
                new AddedPart(
                        PART,
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-Xmx192m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.slipway.simulator.Main",
                                "--home",
                                home.toString(),
                                "--hosts",
                                names,
                                "--port",
                                String.valueOf(hosts.getFirst().address().port()),
                                "--scale",
                                String.valueOf(timeScale)),
                        Map.of(),
                        Optional.of(readyFile()),
                        Optional.empty()));
        while (!Files.exists(readyFile())) {
            failIfEnded();
            if (Duration.between(began, Instant.now()).compareTo(START_LIMIT) > 0) {
                throw CommandFailure.failed(
                        "the simulated hosts did not start: see %s"
                                .formatted(stack.home().log(PART)));
            }
            pause();
        }
    }

    /// A simulator that ends while it starts says why in its last line, and would say it again.
    private void failIfEnded() {
        boolean ended =
                stack.status().stream()
                        .flatMap(s -> s.parts().stream())
                        .anyMatch(p -> p.part().equals(PART) && p.restarts() > 0);
        if (ended) {
            Path log = stack.home().log(PART);
            stack.remove(PART);
            throw CommandFailure.failed(
                    "the simulated hosts did not start: %s%nall it said: %s"
                            .formatted(lastLine(log), log));
        }
    }

    /// Of the log, or of the one before it where the part was started again meanwhile.
    private static String lastLine(Path log) {
        for (Path file : List.of(log, log.resolveSibling(log.getFileName() + ".1"))) {
            try (Stream<String> lines = Files.lines(file)) {
                Optional<String> said =
                        lines.filter(line -> line.startsWith("simulator: "))
                                .reduce((_, last) -> last);
                if (said.isPresent()) {
                    return said.get();
                }
            } catch (IOException e) {
                // There may be no such log yet.
            }
        }
        return "it said nothing";
    }

    /// Sends the key that opens the hosts, and pins the host keys the simulator says they have.
    private void introduce(List<ClusterHost> hosts) {
        try {
            String key = Files.readString(home.resolve("id_ed25519"));
            services.cert()
                    .put(
                            "/v1/credentials/" + hosts.getFirst().ssh().credential(),
                            DemoCommand.credential(key));
            JsonNode announced = Wire.mapper().readTree(Files.readString(readyFile()));
            for (JsonNode host : announced.isArray() ? announced : announced.path("hosts")) {
                String address = host.path("address").asText() + ":" + host.path("port").asText();
                services.planner()
                        .put(
                                "/v1/hosts/%s/host-keys".formatted(address),
                                Map.of(
                                        "keys",
                                        List.of(host.path("hostKey").asText()),
                                        "replace",
                                        true));
            }
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "cannot read what the simulator wrote to %s (%s)"
                            .formatted(home, e.getMessage()));
        }
    }

    private void awaitGone() {
        Instant began = Instant.now();
        while (stack.status().stream()
                .flatMap(s -> s.parts().stream())
                .anyMatch(p -> p.part().equals(PART))) {
            if (Duration.between(began, Instant.now()).compareTo(START_LIMIT) > 0) {
                throw CommandFailure.failed(
                        "the earlier demo's hosts do not end: see %s"
                                .formatted(stack.home().log(PART)));
            }
            pause();
        }
    }

    private Path readyFile() {
        return home.resolve("hosts.json");
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted");
        }
    }
}
