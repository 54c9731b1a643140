package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.calls;
import static dev.slipway.scenarios.Story.findsNothingToDo;
import static dev.slipway.scenarios.Story.json;
import static dev.slipway.scenarios.Story.runOf;
import static dev.slipway.scenarios.Story.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A user's first day: install, look, change, take away, install again.
@ExtendWith(Platform.Lifetime.class)
class FirstClusterScenarioTest {
    private final Platform platform = Platform.get();
    private final Cli cli = platform.cli();

    @Test
    void installsLooksGrowsResetsAndInstallsAgain() throws IOException {
        try (var fleet = new Fleet(1, 3)) {
            fleet.trust(cli);
            Path two = fleet.clusterfile("first", 2);

            succeeded(cli.run("validate", "-f", two.toString()));
            String installed = runOf(succeeded(cli.run("apply", "-f", two.toString(), "--watch")));
            installedWell(fleet);
            looksRight(installed);
            looksAtItsHostsAndNoMore(fleet, two);
            grows(fleet);
            handsOutAKubeconfig();
            resets(fleet);
            succeeded(cli.run("apply", "-f", two.toString(), "--watch"));
            assertThat(calls(fleet.host(1), "kubeadm init")).isEqualTo(2);
        }
    }

    private static void installedWell(Fleet fleet) throws IOException {
        assertThat(calls(fleet.host(1), "kubeadm init")).isEqualTo(1);
        assertThat(calls(fleet.host(2), "kubeadm join")).isEqualTo(1);
        Path pki = fleet.host(1).root().resolve("etc/kubernetes/pki");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(pki.resolve("ca.key"))))
                .isEqualTo("rw-------");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(pki.resolve("ca.crt"))))
                .isEqualTo("rw-r--r--");
        assertThat(fleet.host(2).root().resolve("etc/kubernetes/kubelet.conf")).exists();
        assertThat(fleet.host(2).root().resolve("etc/kubernetes/pki/ca.key")).doesNotExist();
        assertThat(fleet.host(1).root().resolve("root/.kube/config")).exists();
    }

    private void looksRight(String run) {
        JsonNode described = json(cli.run("describe", "run", run, "-o", "json"));
        assertThat(described.path("outcome").asText()).isEqualTo("SUCCEEDED");
        assertThat(described.path("phases"))
                .extracting(p -> p.path("name").asText())
                .containsSubsequence(
                        "inspect",
                        "prepare",
                        "authority",
                        "init",
                        "token",
                        "join-workers",
                        "addons",
                        "verify",
                        "record");
        assertThat(succeeded(cli.run("get", "clusters", "-o", "name")).out()).contains("first");
        assertThat(succeeded(cli.run("logs", run)).out()).contains("kubeadm");
        assertThat(succeeded(cli.run("get", "hosts")).out()).contains("127.78.1.2:22022");
    }

    private void looksAtItsHostsAndNoMore(Fleet fleet, Path file) {
        String run = runOf(findsNothingToDo(cli, file));

        JsonNode described = json(cli.run("describe", "run", run, "-o", "json"));
        assertThat(described.path("phases"))
                .extracting(p -> p.path("name").asText())
                .containsExactly("inspect");
        assertThat(calls(fleet.host(1), "kubeadm init")).isEqualTo(1);
    }

    private void grows(Fleet fleet) {
        succeeded(cli.run("apply", "-f", fleet.clusterfile("first", 3).toString(), "--watch"));

        assertThat(calls(fleet.host(3), "kubeadm join")).isEqualTo(1);
        assertThat(calls(fleet.host(2), "kubeadm join")).isEqualTo(1);
        assertThat(calls(fleet.host(1), "kubeadm init")).isEqualTo(1);
    }

    private void handsOutAKubeconfig() {
        assertThat(succeeded(cli.run("kubeconfig", "first")).out())
                .contains("client-certificate-data:")
                .contains("https://127.78.1.1:6443");
    }

    private void resets(Fleet fleet) {
        Cli.Result unasked = cli.run("reset", "first");
        assertThat(unasked.code()).as(unasked.all()).isEqualTo(2);
        assertThat(unasked.err()).contains("--yes");

        succeeded(cli.run("reset", "first", "--yes", "--watch"));

        fleet.hosts()
                .forEach(host -> {
                    assertThat(host.root().resolve("etc/kubernetes/kubelet.conf")).doesNotExist();
                    assertThat(host.root().resolve("etc/kubernetes/pki/ca.key")).doesNotExist();
                    assertThat(host.root().resolve("var/lib/slipway/owner")).doesNotExist();
                });
    }
}
