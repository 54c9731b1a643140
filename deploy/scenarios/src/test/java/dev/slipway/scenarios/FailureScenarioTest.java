package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.calls;
import static dev.slipway.scenarios.Story.json;
import static dev.slipway.scenarios.Story.reason;
import static dev.slipway.scenarios.Story.runOf;
import static dev.slipway.scenarios.Story.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.Fault;
import dev.slipway.simulator.RunningHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What goes wrong on a host is said with its own reason code, stays on that host, and is mended by
/// `retry`.
@ExtendWith(Platform.Lifetime.class)
class FailureScenarioTest {
    private final Cli cli = Platform.get().cli();

    @Test
    void saysWhatIsWrongWithEachHostAndLeavesTheOthersAlone() throws IOException {
        try (var fleet = new Fleet(2, 6)) {
            for (int i : new int[] {1, 2, 4, 5, 6}) {
                trust(fleet, i);
            }
            Path file = fleet.clusterfile("troubled", 6);
            fleet.host(2).unreachable();
            fleet.host(4).changeHostKey();
            fleet.host(5).fillDisk();
            fleet.host(6).makeDiskReadOnly();

            Cli.Result result = cli.run("apply", "-f", file.toString(), "--watch");

            assertThat(result.code()).as(result.all()).isIn(1, 3);
            JsonNode run = json(cli.run("describe", "run", runOf(result), "-o", "json"));
            assertThat(reason(run, fleet.host(2))).isEqualTo("HOST_UNREACHABLE");
            assertThat(reason(run, fleet.host(3))).isEqualTo("HOST_KEY_UNKNOWN");
            assertThat(reason(run, fleet.host(4))).isEqualTo("HOST_KEY_CHANGED");
            assertThat(reason(run, fleet.host(5))).isEqualTo("DISK_FULL");
            assertThat(reason(run, fleet.host(6))).isEqualTo("DISK_READ_ONLY");
            assertThat(reason(run, fleet.host(1))).as(result.all()).isEmpty();
            assertThat(result.out()).contains("slipway retry").contains("slipway logs");
            fleet.hosts().forEach(h -> assertThat(calls(h, "kubeadm init")).isZero());
        }
    }

    @Test
    void namesAWrongPassword() throws IOException {
        try (var fleet = new Fleet(3, 1)) {
            fleet.trust(cli);
            Path file = fleet.clusterfile("locked-out", 1, "user: ops\n    passwd: wrong");

            Cli.Result result = cli.run("apply", "-f", file.toString(), "--watch");

            JsonNode run = json(cli.run("describe", "run", runOf(result), "-o", "json"));
            assertThat(reason(run, fleet.host(1))).isEqualTo("AUTHENTICATION_FAILED");
            assertThat(Files.readString(file)).contains("passwd: wrong");
        }
    }

    @Test
    void installsAsASudoUserWithAPassword() {
        try (var fleet = new Fleet(4, 2)) {
            fleet.trust(cli);
            Path file =
                    fleet.clusterfile(
                            "by-sudo",
                            2,
                            "user: ops\n    passwd: \"%s\"".formatted(Fleet.OPS_PASSWORD));

            succeeded(cli.run("apply", "-f", file.toString(), "--watch"));
        }
    }

    @Test
    void aHalfFailedInstallIsFinishedByRetryCleanedByResetAndInstalledAgain() throws IOException {
        try (var fleet = new Fleet(5, 3)) {
            fleet.trust(cli);
            Path file = fleet.clusterfile("half", 3);
            fleet.host(3)
                    .inject(
                            Fault.fail(
                                    "kubeadm",
                                    "join/preflight",
                                    1,
                                    "[ERROR CRI]: container runtime is not running"));

            Cli.Result failed = cli.run("apply", "-f", file.toString(), "--watch");
            assertThat(failed.code()).as(failed.all()).isIn(1, 3);
            String run = runOf(failed);
            assertThat(failed.out()).contains("127.78.5.3").contains("slipway retry " + run);

            fleet.host(3).clearFaults();
            succeeded(cli.run("retry", run, "--watch"));
            assertThat(calls(fleet.host(1), "kubeadm init")).isEqualTo(1);
            assertThat(calls(fleet.host(2), "kubeadm join")).isEqualTo(1);

            succeeded(cli.run("reset", "half", "--yes", "--watch"));
            succeeded(cli.run("apply", "-f", file.toString(), "--watch"));
        }
    }

    @Test
    void namesAHostThatKillsTheCommand() throws IOException {
        halts(
                6,
                "killed",
                host -> host.inject(Fault.kill("kubeadm", "init/certs")),
                "COMMAND_KILLED");
    }

    private void halts(int net, String cluster, Trouble trouble, String reason) throws IOException {
        try (var fleet = new Fleet(net, 1)) {
            fleet.trust(cli);
            trouble.make(fleet.host(1));

            Cli.Result result =
                    cli.run("apply", "-f", fleet.clusterfile(cluster, 1).toString(), "--watch");

            assertThat(result.code()).as(result.all()).isEqualTo(1);
            JsonNode run = json(cli.run("describe", "run", runOf(result), "-o", "json"));
            assertThat(reason(run, fleet.host(1))).as(result.all()).isEqualTo(reason);
            succeeded(cli.run("explain", reason));
        }
    }

    private void trust(Fleet fleet, int number) {
        RunningHost host = fleet.host(number);
        succeeded(
                cli.run(
                        "hosts",
                        "trust",
                        host.address() + ":" + host.port(),
                        "--known-hosts",
                        fleet.clientKey().resolveSibling("known_hosts").toString()));
    }

    private interface Trouble {
        void make(RunningHost host) throws IOException;
    }
}
