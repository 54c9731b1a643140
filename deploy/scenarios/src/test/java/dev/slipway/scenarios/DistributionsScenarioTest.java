package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.calls;
import static dev.slipway.scenarios.Story.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.RunningHost;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A cluster with a worker that OpenRC starts, and one of a distribution that nobody knows.
@ExtendWith(Platform.Lifetime.class)
class DistributionsScenarioTest {
    private static final String ALPINE =
            "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.20.3\nPRETTY_NAME=\"Alpine Linux v3.20\"\n";
    private static final String STRANGE =
            "NAME=\"Gentoo\"\nID=gentoo\nPRETTY_NAME=\"Gentoo Linux\"\n";

    private final Cli cli = Platform.get().cli();

    @Tag("soak")
    @Test
    void installsOnAlpineAndNamesADistributionThatItDoesNotKnow() throws IOException {
        try (var fleet = new Fleet(74, 2)) {
            fleet.trust(cli);
            RunningHost alpine = fleet.host(2);
            alpine.distribution(STRANGE);
            alpine.openrc();
            Path file = fleet.clusterfile("mixed", 2);

            Cli.Result refused = cli.run("apply", "-f", file.toString(), "--watch");
            assertThat(refused.code()).as(refused.all()).isEqualTo(1);
            assertThat(refused.all()).contains("\"Gentoo Linux\" (ID \"gentoo\") is of no family");
            assertThat(fleet.host(1).root().resolve("var/lib/slipway/owner")).doesNotExist();

            alpine.distribution(ALPINE);
            succeeded(cli.run("apply", "-f", file.toString(), "--watch"));
            installed(fleet, alpine);

            alpine.powerOff();
            alpine.powerOn();
            assertThat(alpine.run("rc-service kubelet status")).contains("started");

            succeeded(cli.run("reset", "mixed", "--yes", "--watch"));
            assertThat(alpine.run("ls /etc/init.d /etc/runlevels/default | grep -v cgroups || :"))
                    .doesNotContain("kubelet", "containerd\n");
        }
    }

    private static void installed(Fleet fleet, RunningHost alpine) throws IOException {
        assertThat(
                        fleet.host(1)
                                .run(
                                        "kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes --no-headers"))
                .satisfies(nodes ->
                        assertThat(nodes.lines()).hasSize(2).allMatch(n -> n.contains(" Ready ")));
        assertThat(alpine.run("stat -c %a /etc/init.d/kubelet /etc/init.d/containerd"))
                .isEqualTo("755\n755\n");
        assertThat(alpine.run("cat /var/lib/kubelet/kubeadm-flags.env"))
                .contains("--cgroup-driver=cgroupfs");
        assertThat(alpine.run("cat /etc/containerd/config.toml")).contains("SystemdCgroup = false");
        assertThat(calls(alpine, "systemctl")).isZero();
        assertThat(fleet.host(1).run("cat /etc/containerd/config.toml"))
                .contains("SystemdCgroup = true");
    }
}
