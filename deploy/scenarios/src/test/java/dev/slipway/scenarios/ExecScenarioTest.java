package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.json;
import static dev.slipway.scenarios.Story.runOf;
import static dev.slipway.scenarios.Story.succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// `slipway exec` on hosts of which some fail, hang or cannot be reached: it ends when it said it
/// would, and says of each host what it did and why.
@ExtendWith(Platform.Lifetime.class)
class ExecScenarioTest {
    /// Each host does something else.
    private static final String MIXED =
            "echo \"hello from $(hostname) as $(id -un)\"; case $(hostname) in node-2) exit 7 ;; node-3) sleep 1000 ;; esac";

    private static Fleet fleet;
    private static Path hosts;

    private final Platform platform = Platform.get();
    private final Cli cli = platform.cli();

    @BeforeAll
    static void startHosts() throws IOException {
        fleet = new Fleet(60, 5);
        hosts =
                Files.writeString(
                        Files.createTempFile(Platform.get().home(), "hosts", ".yaml"),
                        """
                        apiVersion: slipway.dev/v1
                        kind: Hosts
                        metadata: {name: exec-fleet}
                        spec:
                          ssh: {user: root, port: 22022, pk: %s}
                          env: [GREETING=hello]
                          hosts:
                            - ips: [127.78.60.1-127.78.60.4]
                            - ips: [127.78.60.5]
                              names: [db-1]
                              roles: [db]
                        """
                                .formatted(fleet.clientKey()));
    }

    @AfterAll
    static void endHosts() {
        fleet.close();
    }

    private Cli.Result exec(String... more) {
        var arguments =
                new ArrayList<>(List.of("exec", "-f", hosts.toString(), "--accept-new-host-keys"));
        arguments.addAll(List.of(more));
        return cli.run(arguments.toArray(String[]::new));
    }

    @Test
    void tellsOfEachHostWhatItDidAndWhy() throws IOException {
        fleet.host(4).unreachable();
        try {
            Cli.Result result = exec("--timeout", "8s", "--max-failures", "9", "--", MIXED);

            assertThat(result.code()).as(result.all()).isEqualTo(1);
            assertThat(result.out().lines())
                    .as(result.all())
                    .contains(
                            "127.78.60.1 | hello from node-1 as root",
                            "127.78.60.2 | hello from node-2 as root",
                            "127.78.60.3 | hello from node-3 as root",
                            "db-1 | hello from node-5 as root")
                    .anyMatch(l -> l.matches("127\\.78\\.60\\.1 +SUCCEEDED +0 +[0-9.]+ s"))
                    .anyMatch(l ->
                            l.matches("127\\.78\\.60\\.2 +FAILED +7 +[0-9.]+ s +COMMAND_FAILED"))
                    .anyMatch(
                            l -> l.matches("127\\.78\\.60\\.3 +FAILED +- +[0-9.]+ s +TASK_TIMEOUT"))
                    .anyMatch(l -> l.matches("127\\.78\\.60\\.4 +FAILED +- +- +HOST_UNREACHABLE"))
                    .anyMatch(l -> l.matches("db-1 +SUCCEEDED +0 +[0-9.]+ s"))
                    .anyMatch(l ->
                            l.startsWith(
                                    "exec on exec-fleet: 2 of 5 hosts succeeded, 3 failed in "));
            assertThat(fleet.host(3).kill("sleep 1000")).as("what hung was ended").isZero();

            String run = runOf(result);
            assertThat(cli.run("describe", "run", run, "--watch").code()).isEqualTo(1);
            assertThat(succeeded(cli.run("logs", run)).out())
                    .contains("[127.78.60.2:22022] exec/exec | hello from node-2 as root");
            assertThat(succeeded(cli.run("logs", run, "--host", "db-1")).out())
                    .isEqualTo("[127.78.60.5:22022] exec/exec | hello from node-5 as root\n");
            fleet.host(4).reachable();
            Cli.Result retried = cli.run("retry", run, "--watch");
            assertThat(retried.out()).contains("2 of 5 hosts did not succeed");
        } finally {
            fleet.host(4).reachable();
        }
    }

    @Test
    void isReadByScripts() throws IOException {
        Cli.Result result =
                exec("-o", "json", "--", "echo \"$GREETING\"; [ \"$(hostname)\" != node-2 ]");

        assertThat(result.code()).as(result.all()).isEqualTo(1);
        JsonNode told = Wire.mapper().readTree(result.out());
        assertThat(told.path("outcome").asText()).isEqualTo("FAILED");
        assertThat(told.path("succeeded").asInt()).isEqualTo(4);
        assertThat(told.path("hosts")).hasSize(5);
        assertThat(told.path("hosts").findValuesAsText("output")).containsOnly("hello\n");
        assertThat(told.path("hosts").findValuesAsText("exitCode"))
                .containsExactly("0", "1", "0", "0", "0");
        assertThat(told.path("hosts").path(1).path("reason").asText()).isEqualTo("COMMAND_FAILED");
    }

    @Test
    void runsAScriptFileOnChosenHostsOnly() throws IOException {
        Path script =
                Files.writeString(
                        Files.createTempFile(platform.home(), "script", ".awk"),
                        "#!/usr/bin/awk -f\nBEGIN { print ENVIRON[\"WHAT\"] \" it's $1\"; exit 0 }\n");

        Cli.Result result = exec("--role", "db", "-e", "WHAT=a b", "--script", script.toString());

        assertThat(succeeded(result).out().lines())
                .contains("db-1 | a b it's $1")
                .noneMatch(l -> l.startsWith("127.78.60."));
        assertThat(exec("--role", "web", "--", "true").err()).contains("there are: db");
    }

    @Test
    void runsAScriptThatIsLargerThanAnOrderOnEveryHostAndLeavesNothingOfItThere()
            throws IOException {
        Path script =
                Files.writeString(
                        Files.createTempFile(platform.home(), "script", ".sh"),
                        "#!/bin/sh\n"
                                + "# what a vendor ships in one file\n".repeat(10_000)
                                + "ls /var/lib/slipway/contents | wc -l\necho \"over on $(hostname)\"\n");

        Cli.Result result = exec("--script", script.toString());

        assertThat(succeeded(result).out().lines())
                .contains("db-1 | over on node-5", "127.78.60.1 | over on node-1", "db-1 | 0");
        assertThat(exec("--dry-run", "--script", script.toString()).out())
                .contains("a script of %d bytes".formatted(Files.size(script)));
    }

    @Test
    void haltsAtItsFailureLimit() {
        Cli.Result result =
                exec("-q", "--max-parallel", "1", "--max-failures", "2", "--", "echo no; exit 3");

        assertThat(result.code()).as(result.all()).isEqualTo(3);
        assertThat(result.out().lines())
                .noneMatch(l -> l.contains("| no"))
                .anyMatch(l -> l.matches("127\\.78\\.60\\.2 +FAILED +3 .*COMMAND_FAILED"))
                .anyMatch(
                        l -> l.matches("127\\.78\\.60\\.3 +LEFT_OUT +- +- +FAILURE_LIMIT_REACHED"));
    }

    @Test
    void isOverAtItsDeadline() {
        Cli.Result result =
                exec(
                        "--deadline",
                        "6s",
                        "--max-parallel",
                        "3",
                        "--",
                        "[ \"$(hostname)\" != node-1 ] || exit 0; sleep 2000");

        assertThat(result.code()).as(result.all()).isEqualTo(3);
        assertThat(result.out().lines())
                .as(result.all())
                .anyMatch(l -> l.matches("127\\.78\\.60\\.1 +SUCCEEDED +0 .*"))
                .anyMatch(l -> l.matches("127\\.78\\.60\\.2 +CANCELLED +- .*RUN_CANCELLED"))
                .anyMatch(l -> l.matches("db-1 +LEFT_OUT +- +- +DEADLINE_REACHED"))
                .anyMatch(l -> l.contains("FAILED (DEADLINE_REACHED)"));
        JsonNode run = json(cli.run("describe", "run", runOf(result), "-o", "json"));
        Instant endsBy = Instant.parse(run.path("phases").path(0).path("endsBy").asText());
        assertThat(Duration.between(Instant.parse(run.path("openedAt").asText()), endsBy))
                .isBetween(Duration.ofSeconds(6), Duration.ofSeconds(16));
        // A minute for hosts to report their end, and a watchdog that looks every second.
        assertThat(Instant.parse(run.path("settledAt").asText()))
                .isBetween(endsBy, endsBy.plusSeconds(75));
        for (int i = 1; i <= 5; i++) {
            assertThat(fleet.host(i).kill("sleep 2000")).isZero();
        }
    }

    @Test
    void runsBesideWhatChangesAHostOnlyIfItChangesNothing() throws Exception {
        Process changing =
                cli.start(
                        Map.of(),
                        "exec",
                        "-f",
                        hosts.toString(),
                        "--accept-new-host-keys",
                        "--host",
                        "db-1",
                        "--",
                        "echo began; while [ ! -e /tmp/go ]; do sleep 0.2; done; rm /tmp/go");
        try {
            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            Files.readString(cli.outputOf(changing, "out")).contains("| began"));

            // What this does tells that it ran while the other did.
            Cli.Result looking = exec("--host", "db-1", "--read-only", "--", "touch /tmp/go");

            succeeded(looking);
            assertThat(changing.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(changing.exitValue()).isZero();
        } finally {
            changing.destroy();
        }
    }

    @Test
    void aDryRunShowsWhatItWouldRunAndOthersMayNotRunAnything() throws IOException {
        Cli.Result planned = succeeded(exec("--dry-run", "--", "rm -rf /srv/old"));
        assertThat(planned.out())
                .contains("5 hosts, window 50", "rm -rf /srv/old", "127.78.60.1:22022");
        assertThat(
                        json(cli.run(
                                        "describe",
                                        "run",
                                        runOf(exec("--dry-run", "-o", "name", "--", "true")),
                                        "-o",
                                        "json"))
                                .path("outcome")
                                .asText())
                .isEqualTo("PLANNED");

        Path credentialed =
                Files.writeString(
                        Files.createTempFile(platform.home(), "hosts", ".yaml"),
                        Files.readString(hosts)
                                .replaceAll("pk: [^}]+", "credential: exec-fleet-hosts"));
        Cli.Result refused =
                cli.run(
                        platform.as("local", "eve", "viewer"),
                        "exec",
                        "-f",
                        credentialed.toString(),
                        "--",
                        "true");
        assertThat(refused.code()).as(refused.all()).isEqualTo(1);
        assertThat(refused.err()).contains("NOT_PERMITTED", "operator");
    }
}
