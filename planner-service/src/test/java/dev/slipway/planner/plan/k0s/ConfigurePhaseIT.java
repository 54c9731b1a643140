package dev.slipway.planner.plan.k0s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.plan.PlanFixture;
import dev.slipway.planner.plan.PlanInput;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// When a controller is started anew, in every shell that hosts have.
class ConfigurePhaseIT {
    private static final String RESTART = "systemctl restart k0scontroller.service";

    @TempDir private Path folder;

    private final PlanInput input =
            RunningK0s.change(
                    RunningK0s.cluster(RunningK0s.RELEASE, 1, 0, ""),
                    RunningK0s.cluster(
                            RunningK0s.RELEASE,
                            1,
                            0,
                            """
                            ---
                            apiVersion: k0s.k0sproject.io/v1beta1
                            kind: ClusterConfig
                            spec: {api: {extraArgs: {v: "3"}}}
                            """));

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void startsItAnewWhereItsFileIsAnother(List<String> shell) throws Exception {
        ScriptHost host = new ScriptHost(folder, shell).program("systemctl", "");
        host.write("/etc/k0s/k0s.yaml", "before");
        host.write("/etc/k0s/k0s.yaml.slipway", "now");

        assertThat(host.run(restart()).code()).isZero();

        assertThat(host.read("/etc/k0s/k0s.yaml")).isEqualTo("now");
        assertThat(host.has("/etc/k0s/k0s.yaml.slipway")).isFalse();
        assertThat(host.calls()).containsExactly(RESTART);

        host.write("/etc/k0s/k0s.yaml.slipway", "now");
        assertThat(host.run(restart()).code()).isZero();

        assertThat(host.has("/etc/k0s/k0s.yaml.slipway")).isFalse();
        assertThat(host.calls()).containsExactly(RESTART);
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void startsItAnewWhereThatBrokeOff(List<String> shell) throws Exception {
        ScriptHost host = new ScriptHost(folder, shell).program("systemctl", "exit 1");
        host.write("/etc/k0s/k0s.yaml", "before");
        host.write("/etc/k0s/k0s.yaml.slipway", "now");
        assertThat(host.run(restart()).code()).isEqualTo(1);

        host.program("systemctl", "");
        host.write("/etc/k0s/k0s.yaml.slipway", "now");
        assertThat(host.run(restart()).code()).isZero();
        host.write("/etc/k0s/k0s.yaml.slipway", "now");
        assertThat(host.run(restart()).code()).isZero();

        assertThat(host.calls()).containsExactly(RESTART, RESTART);
    }

    private Step restart() {
        return PlanFixture.plan(input)
                .phase(new PhaseName("configure"))
                .tasks()
                .getFirst()
                .steps()
                .stream()
                .filter(s -> s.name().startsWith("restart-"))
                .findFirst()
                .orElseThrow();
    }
}
