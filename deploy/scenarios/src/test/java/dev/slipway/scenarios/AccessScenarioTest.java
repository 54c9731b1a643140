package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.runOf;
import static dev.slipway.scenarios.Story.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Who may do what, and what two users do to each other at once.
@ExtendWith(Platform.Lifetime.class)
class AccessScenarioTest {
    private final Platform platform = Platform.get();
    private final Cli cli = platform.cli();

    @Test
    void aViewerLooksAndDoesNotTouchAndAnotherTenantSeesNothing() throws IOException {
        try (var fleet = new Fleet(40, 1)) {
            fleet.trust(cli);
            String file = fleet.clusterfile("guarded", 1).toString();
            String run = runOf(succeeded(cli.run("apply", "-f", file, "--watch")));
            Map<String, String> viewer = platform.as("local", "eve", "viewer");
            Map<String, String> stranger = platform.as("other", "mallory", "admin");

            succeeded(cli.run(viewer, "describe", "run", run));
            Cli.Result refused =
                    cli.run(
                            viewer,
                            "apply",
                            "-f",
                            fleet.clusterfile("guarded", 1, "user: root\n    credential: any")
                                    .toString());
            assertThat(refused.code()).as(refused.all()).isEqualTo(1);
            assertThat(refused.err()).contains("NOT_PERMITTED").contains("operator");

            assertThat(succeeded(cli.run(stranger, "get", "runs", "-o", "name")).out())
                    .doesNotContain(run);
            Cli.Result foreign = cli.run(stranger, "describe", "run", run);
            assertThat(foreign.code()).isEqualTo(1);
            assertThat(foreign.err()).contains("UNKNOWN_RUN");
            assertThat(cli.run(stranger, "cancel", run).code()).isEqualTo(1);
        }
    }

    @Test
    void oneOfTwoAppliesAtOnceIsToldTheNameOfTheOther() throws IOException {
        try (var fleet = new Fleet(41, 1)) {
            fleet.trust(cli);
            // On a busy machine the first would be over before the second has begun.
            fleet.host(1).inject(Fault.slow("kubeadm", "init/kubelet-start", 400));
            String file = fleet.clusterfile("contended", 1).toString();

            String first = runOf(succeeded(cli.run("apply", "-f", file)));
            Cli.Result second = cli.run("apply", "-f", file);

            assertThat(second.code()).as(second.all()).isEqualTo(1);
            assertThat(second.err()).contains("RUN_IN_PROGRESS").contains(first);
            succeeded(cli.run("describe", "run", first, "--watch"));
        }
    }

    @Test
    void anInvalidClusterfileIsRefusedWithAllItsProblemsAndNothingIsRecorded() throws IOException {
        Path file = Files.createTempFile(platform.home(), "bad", ".yaml");
        Files.writeString(
                file,
                """
                apiVersion: slipway.dev/v1
                kind: Cluster
                metadata:
                  name: mistaken
                spec:
                  runtime: {type: kubeadm, version: v1.36.2}
                  sssh: {user: root}
                  hosts:
                    - ips: [127.78.42.1]
                      roles: [mastr]
                """);

        Cli.Result offline = cli.run("validate", "-f", file.toString());
        Cli.Result applied = cli.run("apply", "-f", file.toString());

        for (Cli.Result result : new Cli.Result[] {offline, applied}) {
            assertThat(result.code()).as(result.all()).isEqualTo(2);
            assertThat(result.out() + result.err())
                    .contains("sssh")
                    .contains("\"ssh\"")
                    .contains("mastr")
                    .contains("\"master\"")
                    .contains("line 7");
        }
        assertThat(succeeded(cli.run("get", "clusters", "-o", "name")).out())
                .doesNotContain("mistaken");
    }
}
