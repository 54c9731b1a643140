package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.simulator.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `kill -9` of any one part in the middle of an install: the run ends well once the part is back,
/// and no command ran twice.
@Tag("soak")
@ExtendWith(Platform.Lifetime.class)
@Isolated
class KillScenarioTest {
    private final Platform platform = Platform.get();
    private final Cli cli = platform.cli();

    @ParameterizedTest
    @CsvSource({
        "executor, 11",
        "planner, 12",
        "cert, 13",
        "status, 14",
        "broker, 15",
        "database, 16"
    })
    void endsWellWhenAPartIsKilledWhileKubeadmRuns(String part, int net)
            throws IOException, InterruptedException {
        try (var fleet = new Fleet(net, 2)) {
            fleet.trust(cli);
            fleet.host(1).inject(Fault.slow("kubeadm", "init/kubelet-start", 60));
            Path file = fleet.clusterfile("killed-" + part, 2);

            Process apply = cli.start(Map.of(), "apply", "-f", file.toString(), "--watch");
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> calls(fleet.host(1), "kubeadm init") == 1);
            platform.kill(part);

            assertThat(apply.waitFor(4, TimeUnit.MINUTES)).as("apply ends").isTrue();
            String printed =
                    Files.readString(cli.outputOf(apply, "out"))
                            + Files.readString(cli.outputOf(apply, "err"));
            assertThat(apply.exitValue()).as(printed).isZero();
            assertThat(calls(fleet.host(1), "kubeadm init")).isEqualTo(1);
            assertThat(calls(fleet.host(2), "kubeadm join")).isEqualTo(1);
            assertThat(platform.part(part).restarts()).isPositive();
            platform.awaitReady();
        }
    }
}
