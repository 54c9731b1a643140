package dev.slipway.planner.plan.kubeadm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.PlanFixture;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.RecordedState;
import dev.slipway.planner.plan.node.Services;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The steps that start and stop Docker and cri-dockerd, in every shell that hosts have, with a
/// `systemctl` and a `docker` that write down what they are told.
class DockerIT {
    private static final String SYSTEMCTL =
            """
            #!/bin/sh
            case $1 in
                is-active) grep -qx "$3" FOLDER/active ;;
                restart) echo "$2" >>FOLDER/active; echo "$*" >>FOLDER/said ;;
                *) echo "$*" >>FOLDER/said ;;
            esac
            """;
    private static final String DOCKER =
            """
            #!/bin/sh
            cat FOLDER/driver
            """;
    private static final String CONFIG =
            """
            {
              "registry-mirrors": ["https://m.example"],
              "exec-opts": ["native.cgroupdriver=systemd"]
            }
            """;

    private final Clusterfile clusterfile =
            PlanFixture.clusterfile(0, "v1.36.2", "  containerRuntime: {type: docker}\n");

    @TempDir private Path folder;

    private record Outcome(int code, String printed) {}

    @BeforeEach
    void prepare() throws IOException {
        for (String place : List.of("bin", "slipway", "etc/docker", "run", "etc/systemd/system")) {
            Files.createDirectories(folder.resolve(place));
        }
        program("systemctl", SYSTEMCTL);
        program("docker", DOCKER);
        write("active", "");
        write("said", "");
        write("driver", "systemd\n");
        write("etc/docker/daemon.json", CONFIG);
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void restartsDockerForWhatItReadsAtItsStartAlone(List<String> shell) throws Exception {
        Step.Command start = step("", "start-docker");

        assertThat(isDone(shell, start)).isFalse();
        assertThat(run(shell, start.script()).code()).isZero();
        assertThat(said()).containsExactly("enable docker.service", "restart docker.service");
        assertThat(isDone(shell, start)).isTrue();

        // A shell that waits for the signal stands for Docker. It can trap none that is ignored
        // when
        // it starts, as below nohup.
        Path heard = folder.resolve("heard");
        Process docker =
                new ProcessBuilder(
                                "env",
                                "--default-signal=HUP",
                                "/bin/sh",
                                "-c",
                                "trap 'echo yes > %s; exit 0' HUP; : > %s; while :; do sleep 0.1; done"
                                        .formatted(heard, folder.resolve("ready")))
                        .start();
        try {
            while (!Files.exists(folder.resolve("ready"))) {
                Thread.onSpinWait();
            }
            write("run/docker.pid", Long.toString(docker.pid()));
            write("etc/docker/daemon.json", CONFIG.replace("m.example", "other.example"));
            write("said", "");
            assertThat(isDone(shell, start)).isFalse();
            assertThat(run(shell, start.script()).printed()).contains("reads its registries anew");
            assertThat(said()).containsExactly("enable docker.service");
            assertThat(docker.waitFor(30, TimeUnit.SECONDS)).as("heard").isTrue();
            assertThat(docker.exitValue()).isZero();
            assertThat(heard).exists();
        } finally {
            docker.destroyForcibly();
        }

        // Without the process that was to be told, and for other settings.
        write("etc/docker/daemon.json", CONFIG);
        write("said", "");
        assertThat(run(shell, start.script()).code()).isZero();
        assertThat(said()).contains("restart docker.service");
        write("etc/docker/daemon.json", CONFIG.replace("systemd", "cgroupfs"));
        write("said", "");
        assertThat(run(shell, start.script()).code()).isZero();
        assertThat(said()).contains("restart docker.service");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void leavesAHostsOwnConfigurationAndSaysWhatIsWrongWithIt(List<String> shell) throws Exception {
        Step.Command start = step("docker-config=foreign\n", "start-docker");
        Step.Command check = step("docker-config=foreign\n", "check-cgroup-driver");

        assertThat(run(shell, start.script()).code()).isZero();
        assertThat(said()).containsExactly("enable docker.service", "start docker.service");
        assertThat(run(shell, check.script()).code()).isZero();

        write("driver", "cgroupfs\n");
        Outcome refused = run(shell, check.script());
        assertThat(refused.code()).isNotZero();
        assertThat(refused.printed())
                .contains(
                        "slipway: docker's cgroup driver is cgroupfs, the kubelet's systemd: say \"exec-opts\": [\"native.cgroupdriver=systemd\"]");
        assertThat(check.failures())
                .anySatisfy(f -> assertThat(refused.printed()).contains(f.text()));
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void restartsCriDockerdWhereItsDefinitionOrProgramIsAnother(List<String> shell)
            throws Exception {
        Step.Command start = step("", "start-cri-dockerd");
        write("etc/systemd/system/cri-docker.service", "one");
        write("bin/cri-dockerd", "program");

        assertThat(isDone(shell, start)).isFalse();
        assertThat(run(shell, start.script()).code()).isZero();
        assertThat(said())
                .containsExactly("enable cri-docker.service", "restart cri-docker.service");
        assertThat(isDone(shell, start)).isTrue();

        write("bin/cri-dockerd", "another");
        assertThat(isDone(shell, start)).isFalse();
        assertThat(run(shell, start.script()).code()).isZero();
        assertThat(isDone(shell, start)).isTrue();
        write("etc/systemd/system/cri-docker.service", "two");
        assertThat(isDone(shell, start)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void stopsCriDockerdOnlyWhereItIsSlipways(List<String> shell) throws Exception {
        String stop = ((Step.Command) Docker.stopOwn(services())).script();
        write("slipway/docker-config.sha256", "x");
        write("run/cri-dockerd.sock", "");

        assertThat(run(shell, stop).code()).isZero();
        assertThat(said()).isEmpty();
        assertThat(folder.resolve("run/cri-dockerd.sock")).exists();
        assertThat(folder.resolve("slipway/docker-config.sha256")).doesNotExist();

        write("slipway/made", folder + "/etc/systemd/system/cri-docker.service\n");
        assertThat(run(shell, stop).code()).isZero();
        assertThat(said()).containsExactly("disable --now cri-docker.service");
        assertThat(folder.resolve("run/cri-dockerd.sock")).doesNotExist();
    }

    private Services services() {
        return Services.of(input("").factsOf(clusterfile.controlPlane()));
    }

    private PlanInput input(String node) {
        return PlanFixture.apply(
                clusterfile,
                PlanFixture.freshWithDocker(
                        clusterfile, "", node, "path.cri-dockerd=/here/cri-dockerd\n"),
                RecordedState.NONE);
    }

    private Step.Command step(String node, String name) {
        return Docker.start(input(node), clusterfile.controlPlane()).stream()
                .filter(s -> s.name().equals(name))
                .map(Step.Command.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private boolean isDone(List<String> shell, Step.Command step) throws Exception {
        return run(shell, step.unless().orElseThrow()).code() == 0;
    }

    private List<String> said() throws IOException {
        return Files.readAllLines(folder.resolve("said"));
    }

    private void program(String name, String text) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("bin/" + name), text.replace("FOLDER", folder.toString()));
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private void write(String path, String text) throws IOException {
        Files.writeString(folder.resolve(path), text);
    }

    private Outcome run(List<String> shell, String script) throws Exception {
        String here =
                script.replace("/var/lib/slipway", folder + "/slipway")
                        .replace("/etc/", folder + "/etc/")
                        .replace("/var/run/docker.pid", folder + "/run/docker.pid")
                        .replace("/run/cri-dockerd.sock", folder + "/run/cri-dockerd.sock")
                        .replace("/here/", folder + "/bin/");
        var command = new ArrayList<>(shell);
        command.addAll(
                List.of("-eu", Files.writeString(folder.resolve("step.sh"), here).toString()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .merge("PATH", folder.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Outcome(process.waitFor(), printed);
    }
}
