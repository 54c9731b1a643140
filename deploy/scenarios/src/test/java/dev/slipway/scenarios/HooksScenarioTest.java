package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.findsNothingToDo;
import static dev.slipway.scenarios.Story.json;
import static dev.slipway.scenarios.Story.runOf;
import static dev.slipway.scenarios.Story.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.RunningHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A user's own scripts around an installation that breaks off, one that succeeds, one node more,
/// and a reset.
@ExtendWith(Platform.Lifetime.class)
class HooksScenarioTest {
    private static final String HOOKS =
            """
              hooks:
                - {name: early, action: "pre-install|post-install|pre-scaleup|post-scaleup|pre-uninstall|post-uninstall", data: 'echo "$SLIPWAY_ACTION" >>/root/hooks.log'}
                - {name: host, action: [pre-init-host, post-init-host, pre-clean-host, post-clean-host], data: 'echo "$SLIPWAY_ACTION" >>/root/hooks.log'}
                - {name: gate, action: post-init-host, scope: worker, data: 'echo "a gate on $SLIPWAY_NODE"; [ ! -e /root/gate-closed ] || exit 7'}
                - {name: tiers, type: LABEL, scope: worker, data: tier=back}
            """;

    private final Cli cli = Platform.get().cli();

    @Test
    void runsScriptsAtTheirMomentsAndEachOnce() throws IOException {
        try (var fleet = new Fleet(62, 3)) {
            fleet.trust(cli);
            Path two = withHooks(fleet.clusterfile("hooked", 2));
            fleet.host(2).run(": >/root/gate-closed");

            breaksOff(fleet, two);
            fleet.host(2).run("rm /root/gate-closed");
            succeeded(cli.run("apply", "-f", two.toString(), "--watch"));
            assertThat(log(fleet.host(1)))
                    .isEqualTo("pre-install\npre-init-host\npost-init-host\npost-install\n");
            assertThat(log(fleet.host(2))).isEqualTo("pre-init-host\npost-init-host\n");
            changesNothing(fleet, two);
            grows(fleet);
            resets(fleet);
        }
    }

    private void breaksOff(Fleet fleet, Path file) {
        Cli.Result failed = cli.run("apply", "-f", file.toString(), "--watch");

        assertThat(failed.code()).as(failed.all()).isEqualTo(1);
        String run = runOf(failed);
        JsonNode described = json(cli.run("describe", "run", run, "-o", "json"));
        assertThat(described.toString()).contains("COMMAND_FAILED", "hook-gate", "post-init-host");
        assertThat(succeeded(cli.run("logs", run)).out()).contains("a gate on node-2");
        assertThat(fleet.host(2).root().resolve("var/lib/slipway/hooks/host.post-init-host"))
                .exists();
        assertThat(fleet.host(2).root().resolve("var/lib/slipway/hooks/gate.post-init-host"))
                .doesNotExist();
    }

    private void changesNothing(Fleet fleet, Path file) {
        String before = log(fleet.host(1));

        findsNothingToDo(cli, file);
        assertThat(log(fleet.host(1))).isEqualTo(before);
    }

    private void grows(Fleet fleet) throws IOException {
        Path three = withHooks(fleet.clusterfile("hooked", 3));

        succeeded(cli.run("apply", "-f", three.toString(), "--watch"));

        assertThat(log(fleet.host(1))).endsWith("post-install\npre-scaleup\npost-scaleup\n");
        assertThat(log(fleet.host(2))).isEqualTo("pre-init-host\npost-init-host\n");
        assertThat(log(fleet.host(3))).isEqualTo("pre-init-host\npost-init-host\n");
        assertThat(
                        fleet.host(1)
                                .run(
                                        "kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes -l tier=back --no-headers | wc -l")
                                .strip())
                .isEqualTo("2");
    }

    private void resets(Fleet fleet) {
        succeeded(cli.run("reset", "hooked", "--yes", "--watch"));

        assertThat(log(fleet.host(1)))
                .endsWith("pre-uninstall\npre-clean-host\npost-clean-host\npost-uninstall\n");
        assertThat(log(fleet.host(3))).endsWith("pre-clean-host\npost-clean-host\n");
        for (RunningHost host : fleet.hosts()) {
            assertThat(host.root().resolve("var/lib/slipway/hooks")).doesNotExist();
            assertThat(host.root().resolve("var/lib/slipway/owner")).doesNotExist();
        }
    }

    private static Path withHooks(Path file) throws IOException {
        return Files.writeString(
                file, Files.readString(file).replace("  manifests:\n", HOOKS + "  manifests:\n"));
    }

    private static String log(RunningHost host) {
        return host.run("cat /root/hooks.log 2>/dev/null || :");
    }
}
