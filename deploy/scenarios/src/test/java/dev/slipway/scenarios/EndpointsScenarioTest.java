package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.findsNothingToDo;
import static dev.slipway.scenarios.Story.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.RunningHost;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Virtual addresses in front of three control planes: nodes go by them, and stay Ready when the
/// control plane dies by which they joined.
@ExtendWith(Platform.Lifetime.class)
class EndpointsScenarioTest {
    private static final String SERVER = "sed -n 's/^ *server: *//p' /etc/kubernetes/kubelet.conf";

    private final Cli cli = Platform.get().cli();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    94 | vip      | {mode: local-vip}                               | https://169.254.97.2:6443
                    95 | kube-vip | {mode: kube-vip, address: 10.95.0.100, interface: eth0} | https://10.95.0.100:6443
                    """)
    void nodesOutliveAControlPlane(int net, String name, String endpoint, String server) {
        try (var fleet = new Fleet(net, 4)) {
            fleet.trust(cli);
            Path file =
                    fleet.several(
                            name,
                            List.of(1, 2, 3),
                            List.of(4),
                            "  endpoint: %s\n".formatted(endpoint));

            succeeded(cli.run("apply", "-f", file.toString(), "--watch"));

            RunningHost worker = fleet.host(4);
            assertThat(worker.run(SERVER).strip()).isEqualTo(server);
            ControlPlanesScenarioTest.nodesAre(
                    fleet.host(2), "node-1", "node-2", "node-3", "node-4");
            findsNothingToDo(cli, file);

            fleet.host(1).powerOff();
            ControlPlanesScenarioTest.nodesAre(fleet.host(2), "node-2", "node-3", "node-4");
        }
    }
}
