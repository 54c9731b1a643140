package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.calls;
import static dev.slipway.scenarios.Story.findsNothingToDo;
import static dev.slipway.scenarios.Story.succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.simulator.host.SimulatorFailure;
import dev.slipway.simulator.ssh.HostSshServer;
import dev.slipway.simulator.ssh.OpenSshServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The example with three nodes on hosts with the machine's own OpenSSH and sudo, entered in both
/// ways. As root only.
@ExtendWith(Platform.Lifetime.class)
class OpenSshClusterScenarioTest {
    private final Cli cli = Platform.get().cli();

    @BeforeAll
    static void realServersArePossibleHere() {
        try {
            OpenSshServer.require();
        } catch (SimulatorFailure e) {
            System.out.println("OpenSshClusterScenarioTest is skipped: " + e.getMessage());
            assumeTrue(false, "skipped: " + e.getMessage());
        }
    }

    @Test
    void installsAsRootWithAKeyAndAsASudoUserWithAPassword() throws IOException {
        try (var fleet = new Fleet(50, 3, HostSshServer.Kind.OPENSSH)) {
            fleet.trust(cli);

            installs(fleet, "by-key", "user: root\n    pk: " + fleet.clientKey());
            succeeded(cli.run("reset", "by-key", "--yes", "--watch"));
            installs(
                    fleet,
                    "by-password",
                    "user: ops\n    passwd: \"%1$s\"\n    sudoPassword: \"%1$s\""
                            .formatted(Fleet.OPS_PASSWORD));
        }
    }

    private void installs(Fleet fleet, String name, String ssh) throws IOException {
        Path file = onItsOwnPort(fleet.threeNodes(name, ssh));
        long joins = calls(fleet.host(3), "kubeadm join");

        succeeded(cli.run("apply", "-f", file.toString(), "--watch"));
        findsNothingToDo(cli, file);
        assertThat(calls(fleet.host(3), "kubeadm join")).isEqualTo(joins + 1);
        assertThat(
                        fleet.host(1)
                                .run(
                                        "kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes --no-headers")
                                .lines())
                .hasSize(3)
                .allMatch(node -> node.matches("(cp-1|worker-[12]) +Ready .*"));
    }

    /// A real sshd leads to ports of the machine alone, where hosts of stories beside this one see
    /// who listens: Kubernetes' usual port would be in use on every one of them.
    private static Path onItsOwnPort(Path file) throws IOException {
        String text = Files.readString(file);
        return Files.writeString(file, text.replace("\nspec:\n", "\nspec:\n  apiPort: 16443\n"));
    }
}
