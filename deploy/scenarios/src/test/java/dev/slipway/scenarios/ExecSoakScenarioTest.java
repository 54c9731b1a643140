package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.Wire;
import dev.slipway.local.files.PrivateFile;
import dev.slipway.simulator.SimulatedHost;
import dev.slipway.simulator.Simulator;
import dev.slipway.simulator.SimulatorConfig;
import dev.slipway.simulator.ssh.SshAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/// `slipway exec` on many simulated hosts of which 2 in 100 fail, 2 hang and 2 cannot be reached. A
/// thousand by default; `-Dslipway.soak.hosts=N` for a smaller machine or less time.
@Tag("soak")
@ExtendWith(Platform.Lifetime.class)
@Isolated
class ExecSoakScenarioTest {
    private static final int HOSTS = Integer.getInteger("slipway.soak.hosts", 1000);
    private static final int PORT = 22023;
    // What a host needs grows with what runs beside it on this one machine.
    private static final int AT_ONCE = 25;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final Platform platform = Platform.get();
    private final Cli cli = platform.cli();

    private enum Fate {
        SUCCEEDS,
        FAILS,
        HANGS,
        UNREACHABLE
    }

    private static Fate fate(int number) {
        return switch (number % 50) {
            case 7 -> Fate.FAILS;
            case 17 -> Fate.HANGS;
            case 27 -> Fate.UNREACHABLE;
            default -> Fate.SUCCEEDS;
        };
    }

    private static String address(int number) {
        return "127.79.%d.%d".formatted(number / 256, number % 256);
    }

    @Test
    void endsByItsDeadlineWithAnExactTableOfWhoDidWhatAndWhy() throws Exception {
        Path home = Files.createTempDirectory("slipway-soak");
        Instant began = Instant.now();
        try (var simulator = start(home)) {
            say("%d simulated hosts started in %s", HOSTS, Duration.between(began, Instant.now()));
            IntStream.rangeClosed(1, HOSTS)
                    .filter(i -> fate(i) == Fate.UNREACHABLE)
                    .forEach(i -> simulator.host("s" + i).unreachable());
            Path hosts = hosts(home, simulator.clientKey());

            Instant opened = Instant.now();
            Process exec =
                    cli.start(
                            Map.of(),
                            "exec",
                            "-f",
                            hosts.toString(),
                            "--accept-new-host-keys",
                            "--max-parallel",
                            String.valueOf(AT_ONCE),
                            "--timeout",
                            TIMEOUT.toSeconds() + "s",
                            "-o",
                            "json",
                            "--",
                            "n=$(hostname); n=${n#s}; case $((n % 50)) in 7) echo no >&2; exit 7 ;; 17) exec sleep 3000 ;; *) echo \"yes $n\" ;; esac");
            assertThat(exec.waitFor(3, TimeUnit.HOURS)).isTrue();
            Instant ended = Instant.now();

            String err = Files.readString(cli.outputOf(exec, "err"));
            String out = Files.readString(cli.outputOf(exec, "out"));
            say("%s%nended after %s", err.strip(), Duration.between(opened, ended));
            JsonNode told = Wire.mapper().readTree(out);
            say("%s", tally(told));
            assertThat(exec.exitValue()).as(err).isEqualTo(1);
            JsonNode planned =
                    Wire.mapper()
                            .readTree(
                                    succeeded(
                                                    cli.run(
                                                            "describe",
                                                            "run",
                                                            told.path("run").asText(),
                                                            "-o",
                                                            "json"))
                                            .out());
            JsonNode phase = planned.path("phases").path(0);
            assertThat(Instant.parse(planned.path("settledAt").asText()))
                    .isBeforeOrEqualTo(Instant.parse(phase.path("endsBy").asText()));
            assertExact(told);
        } finally {
            PrivateFile.deleteTree(home);
        }
    }

    private static Simulator start(Path home) {
        return Simulator.start(
                SimulatorConfig.of(
                        home,
                        IntStream.rangeClosed(1, HOSTS)
                                .mapToObj(
                                        i -> SimulatedHost.parse("s%d=%s".formatted(i, address(i))))
                                .toList(),
                        PORT,
                        SshAccess.everyLogin(Fleet.OPS_PASSWORD)));
    }

    private static Path hosts(Path home, Path key) throws IOException {
        return Files.writeString(
                home.resolve("hosts.yaml"),
                """
                apiVersion: slipway.dev/v1
                kind: Hosts
                metadata: {name: soak}
                spec:
                  ssh: {user: root, port: %d, pk: %s}
                  hosts: [{ips: ["%s-%s"]}]
                """
                        .formatted(PORT, key, address(1), address(HOSTS)));
    }

    private static void assertExact(JsonNode told) {
        var byAddress = new HashMap<String, JsonNode>();
        told.path("hosts").forEach(h -> byAddress.put(h.path("name").asText(), h));
        assertThat(byAddress).hasSize(HOSTS);
        for (int i = 1; i <= HOSTS; i++) {
            JsonNode host = byAddress.getOrDefault(address(i), told);
            String found =
                    "%s %s %s %s"
                            .formatted(
                                    host.path("state").asText(),
                                    host.path("exitCode").asText("-"),
                                    host.path("reason").asText("-"),
                                    host.path("output").asText().strip());
            assertThat(found.strip())
                    .as(address(i))
                    .isEqualTo(
                            switch (fate(i)) {
                                case SUCCEEDS -> "SUCCEEDED 0 - yes " + i;
                                case FAILS -> "FAILED 7 COMMAND_FAILED no";
                                case HANGS -> "FAILED - TASK_TIMEOUT";
                                case UNREACHABLE -> "FAILED - HOST_UNREACHABLE";
                            });
        }
    }

    private static Map<String, Integer> tally(JsonNode told) {
        var tally = new TreeMap<String, Integer>();
        for (JsonNode host : told.path("hosts")) {
            tally.merge(
                    "%s %s"
                            .formatted(host.path("state").asText(), host.path("reason").asText())
                            .strip(),
                    1,
                    Integer::sum);
        }
        return tally;
    }

    private static void say(String format, Object... values) {
        System.out.printf("soak: " + format + "%n", values);
    }
}
