package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.json;
import static dev.slipway.scenarios.Story.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.Wire;
import dev.slipway.simulator.Fault;
import dev.slipway.simulator.RunningHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Somebody looks before an installation, mends what is wrong, installs, and looks again.
@ExtendWith(Platform.Lifetime.class)
class CheckScenarioTest {
    private final Cli cli = Platform.get().cli();

    @Test
    void looksBeforeAndAfterAnInstallation() throws IOException {
        try (var fleet = new Fleet(61, 3)) {
            fleet.trust(cli);
            Path file = fleet.clusterfile("looked-at", 3);

            wellBefore(fleet, file);
            spoilt(fleet, file);
            mended(fleet, file);
            succeeded(cli.run("apply", "-f", file.toString(), "--watch"));
            wellAfter(file);
            spoiltAfterwards(fleet);
        }
    }

    private void wellBefore(Fleet fleet, Path file) throws IOException {
        Map<String, Integer> booted = new HashMap<>();
        for (RunningHost host : fleet.hosts()) {
            booted.put(host.name(), host.calls().size());
        }

        Cli.Result table = succeeded(cli.run("check", "-f", file.toString()));

        assertThat(table.out())
                .contains("HOST", "127.78.61.1:22022", "check of looked-at: SUCCEEDED");
        JsonNode report = json(cli.run("check", "-f", file.toString(), "-o", "json"));
        assertThat(results(report, 1, "ok"))
                .contains(
                        "ssh",
                        "sudo",
                        "cpus",
                        "modules",
                        "cgroups",
                        "mtu",
                        "dns",
                        "peers",
                        "registry",
                        "images");
        assertThat(results(report, 2, "fail")).isEmpty();
        for (RunningHost host : fleet.hosts()) {
            assertThat(host.calls().stream().skip(booted.getOrDefault(host.name(), 0)))
                    .noneMatch(c -> c.startsWith("sysctl") || c.startsWith("swapoff"));
            assertThat(host.root().resolve("var/lib/slipway/owner")).doesNotExist();
        }
    }

    private void spoilt(Fleet fleet, Path file) throws IOException {
        RunningHost first = fleet.host(1);
        first.program("getconf", "echo 1");
        first.inject(Fault.fail("modprobe", "show", 1, "no such module"));
        first.inject(Fault.fail("network", "connect", 28, "dropped"));
        first.inject(Fault.fail("registry", "ask", 1, "no way"));
        first.inject(Fault.fail("getent", "hosts", 2, "no name server"));
        first.run(
                "echo 1000 >/sys/class/net/eth0/mtu; echo cpu >/sys/fs/cgroup/cgroup.controllers");
        first.program(
                "dd",
                "case \"$*\" in *dsync*) echo '115000 bytes copied, 20.0 s, 6 kB/s' >&2 ;; *) exec /usr/bin/dd \"$@\" ;; esac");
        RunningHost second = fleet.host(2);
        second.run(
                ": >/etc/resolv.conf; mkdir -p /var/lib/slipway; echo whose >/var/lib/slipway/owner");
        fleet.host(3).unreachable();

        Cli.Result failed = cli.run("check", "-f", file.toString(), "-o", "json");

        assertThat(failed.code()).as(failed.all()).isEqualTo(1);
        JsonNode report = Wire.mapper().readTree(failed.out());
        assertThat(results(report, 1, "fail"))
                .contains(
                        "cpus",
                        "modules",
                        "cgroups",
                        "mtu",
                        "dns",
                        "peers",
                        "registry",
                        "disk-sync");
        assertThat(results(report, 2, "fail")).containsExactly("owner");
        assertThat(results(report, 2, "warn")).contains("mtu", "dns");
        assertThat(results(report, 3, "fail")).containsExactly("ssh");
        Cli.Result table = cli.run("check", "-f", file.toString());
        assertThat(table.out()).contains("fail [127.78.61.1] cpus: 1 CPU, a control plane needs 2");
        Cli.Result refused = cli.run("apply", "-f", file.toString(), "--watch");
        assertThat(refused.code()).as(refused.all()).isEqualTo(1);
    }

    private void mended(Fleet fleet, Path file) throws IOException {
        fleet.host(1).clearFaults();
        fleet.host(1)
                .run(
                        "rm /usr/local/sbin/getconf /usr/local/sbin/dd; echo 1500 >/sys/class/net/eth0/mtu; echo cpuset cpu io memory pids >/sys/fs/cgroup/cgroup.controllers");
        fleet.host(2)
                .run("rm /var/lib/slipway/owner; echo nameserver 192.0.2.53 >/etc/resolv.conf");
        fleet.host(3).reachable();

        JsonNode report = json(cli.run("check", "-f", file.toString(), "-o", "json"));

        assertThat(report.path("hosts").findValuesAsText("result")).doesNotContain("fail");
    }

    private void wellAfter(Path file) {
        JsonNode report = json(cli.run("check", "--cluster", "looked-at", "-o", "json"));

        assertThat(results(report, 1, "ok"))
                .contains("runtime", "node", "pods", "services", "sysctl");
        assertThat(results(report, 3, "ok"))
                .contains("runtime", "node", "sysctl")
                .doesNotContain("pods");
        assertThat(report.path("hosts").findValuesAsText("result")).doesNotContain("fail");
        succeeded(cli.run("check", "-f", file.toString(), "-o", "wide"));
    }

    private void spoiltAfterwards(Fleet fleet) throws IOException {
        fleet.host(2).run("systemctl stop kubelet.service");
        fleet.host(3)
                .run("systemctl stop containerd.service; echo 0 >/proc/sys/net/ipv4/ip_forward");

        Cli.Result failed = cli.run("check", "--cluster", "looked-at", "-o", "json");

        assertThat(failed.code()).as(failed.all()).isEqualTo(1);
        JsonNode report = Wire.mapper().readTree(failed.out());
        assertThat(results(report, 2, "fail")).contains("node");
        assertThat(results(report, 3, "fail")).contains("runtime", "sysctl");
        assertThat(results(report, 1, "fail")).doesNotContain("node", "runtime");
    }

    /// The checks of the host that ended like this.
    private static List<String> results(JsonNode report, int host, String result) {
        var checks = new ArrayList<String>();
        for (JsonNode check : report.path("hosts").path(host - 1).path("checks")) {
            if (check.path("result").asText().equals(result)) {
                checks.add(check.path("check").asText());
            }
        }
        return checks;
    }
}
