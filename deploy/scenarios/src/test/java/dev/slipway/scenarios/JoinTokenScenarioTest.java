package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.calls;
import static dev.slipway.scenarios.Story.runOf;
import static dev.slipway.scenarios.Story.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.RunningHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A run breaks off and is taken up again when its join tokens have ended and their cluster has
/// forgotten them: the hosts that are left join all the same, and nothing else is done twice.
@ExtendWith(Platform.Lifetime.class)
class JoinTokenScenarioTest {
    private final Cli cli = Platform.get().cli();

    @Test
    void aRetryOfDaysLaterLetsWorkersJoinAClusterOfKubeadm() throws IOException {
        try (var fleet = new Fleet(97, 2)) {
            fleet.trust(cli);
            RunningHost first = fleet.host(1);
            String run = breaksOff(fleet, fleet.clusterfile("later", 2), "kubeadm", "'join '*");
            String token = first.run("kubeadm token list | awk 'NR > 1 { print $1 }'").strip();
            assertThat(token).matches("[a-z0-9]{6}\\.[a-z0-9]{16}");
            first.run("kubeadm token delete " + token);

            succeeded(cli.run("retry", run, "--watch"));

            assertThat(calls(first, "kubeadm init")).isEqualTo(1);
            assertThat(calls(fleet.host(2), "kubeadm join")).isEqualTo(1);
            assertThat(
                            first.run(
                                    "kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes --no-headers"))
                    .contains("node-2");
            assertThat(first.run("kubeadm token list")).as("it is taken back").isEmpty();
        }
    }

    @Test
    void aRetryOfDaysLaterLetsWorkersJoinAClusterOfK0s() throws IOException {
        try (var fleet = new Fleet(98, 2)) {
            fleet.trust(cli);
            RunningHost first = fleet.host(1);
            Path file = fleet.k0s("k0s-later", "v1.36.2+k0s.0", List.of(1), List.of(2), "");
            String run = breaksOff(fleet, file, "systemctl", "'start k0s'*");
            String id = first.run("k0s token list | awk '$2 == \"worker\" { print $1 }'").strip();
            assertThat(id).matches("[a-z0-9]{6}");
            first.run("k0s token invalidate " + id);

            succeeded(cli.run("retry", run, "--watch"));

            assertThat(first.run("k0s kubectl get nodes --no-headers")).contains("node-2");
            assertThat(first.run("k0s token list")).contains("No k0s join tokens found");
        }
    }

    /// Where the worker is to join.
    private String breaksOff(Fleet fleet, Path file, String tool, String call) throws IOException {
        Trap trap = Trap.fails(fleet.host(2), tool, call);

        Cli.Result failed = cli.run("apply", "-f", file.toString(), "--watch");

        assertThat(failed.code()).as(failed.all()).isIn(1, 3);
        assertThat(trap.sprung()).as(failed.all()).isTrue();
        fleet.host(2).clearFaults();
        return runOf(failed);
    }
}
