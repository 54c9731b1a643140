package dev.slipway.planner.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.order.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What hosts with k0s say of it, read in every shell that hosts have. Definitions of services are
/// as `k0s install` writes them.
class K0sFactsIT {
    private static final String RELEASE = "v1.36.2+k0s.0";

    @TempDir private Path folder;

    @BeforeEach
    void programs() throws IOException {
        Files.createDirectories(folder.resolve("units"));
        Files.createDirectories(folder.resolve("init.d"));
        program(
                "k0s",
                """
                case $1 in
                version) echo %1$s ;;
                status) printf '{\\n   "Version": "%1$s",\\n   "Pid": 4,\\n   "ClusterConfig": {"Version": "other"}\\n}\\n' ;;
                esac
                """
                        .formatted(RELEASE));
        program(
                "systemctl",
                """
                case $1 in
                is-active) [ "$3" = "$(cat %1$s/active 2>/dev/null)" ] ;;
                show) echo "MainPID=$(cat %1$s/pid 2>/dev/null)" ;;
                *) exit 1 ;;
                esac
                """
                        .formatted(folder));
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void knowsNothingOfHostsWithoutIt(List<String> shell) throws Exception {
        assertThat(read(shell).k0s()).isEqualTo(HostFacts.K0sFacts.NONE);
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void readsServiceReleaseAndFolder(List<String> shell) throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        unit("k0sworker", "worker --data-dir=%s \"--token-file=/etc/k0s/worker-token\"", data);
        active("k0sworker.service");

        HostFacts facts = read(shell);

        assertThat(facts.k0s()).isEqualTo(new HostFacts.K0sFacts("k0sworker", true, RELEASE));
        assertThat(facts.node().kubernetesFiles()).containsExactly(data.toString());
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void saysThatAServiceDoesNotRun(List<String> shell) throws Exception {
        unit("k0scontroller", "controller --data-dir=%s", folder.resolve("none"));

        HostFacts facts = read(shell);

        assertThat(facts.k0s()).isEqualTo(new HostFacts.K0sFacts("k0scontroller", false, ""));
        assertThat(facts.node().kubernetesFiles()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void countsOfTwoServicesTheOneThatRuns(List<String> shell) throws Exception {
        unit("k0scontroller", "controller --config=%s", folder.resolve("k0s.yaml"));
        unit("k0sworker", "worker --profile=%s", Path.of("p"));
        active("k0sworker.service");

        assertThat(read(shell).k0s().service()).isEqualTo("k0sworker");
    }

    /// A worker's k0s asks the API first, and waits for it. A shell stands for the program: asked
    /// for its version it runs the file of that name.
    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void asksTheRunningProgramItselfWhereItsStatusHangs(List<String> shell) throws Exception {
        program("hanging", "exec sleep 60");
        Path replaced = Files.createDirectories(folder.resolve("real")).resolve("k0s");
        Files.copy(Path.of("/bin/sh").toRealPath(), replaced, StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(folder.resolve("version"), "echo v1.35.4+k0s.0\n");
        Process running = new ProcessBuilder(replaced.toString(), "-c", "read line").start();
        try {
            Files.writeString(
                    folder.resolve("units/k0sworker.service"),
                    "[Service]\nExecStart=%s/bin/hanging worker\n".formatted(folder));
            active("k0sworker.service");
            Files.writeString(folder.resolve("pid"), Long.toString(running.pid()));
            Files.delete(replaced);

            assertThat(read(shell).k0s())
                    .isEqualTo(new HostFacts.K0sFacts("k0sworker", true, "v1.35.4+k0s.0"));
        } finally {
            running.destroyForcibly();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void readsAnInitScript(List<String> shell) throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.createDirectories(folder.resolve("openrc"));
        program("rc-service", "[ \"$1\" = k0sworker ]");
        Files.writeString(
                folder.resolve("init.d/k0sworker"),
                """
                #!/sbin/openrc-run
                supervisor=supervise-daemon
                command="%s/bin/k0s"
                command_args="'worker' '--data-dir=%s' "
                """
                        .formatted(folder, data));

        HostFacts facts = read(shell);

        assertThat(facts.k0s()).isEqualTo(new HostFacts.K0sFacts("k0sworker", true, RELEASE));
        assertThat(facts.node().kubernetesFiles()).containsExactly(data.toString());
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void readsTheProgramOnThePath(List<String> shell) throws Exception {
        HostFacts.ToolFacts tools =
                FactReader.read(Map.of("tools", run(shell, "read-tools")), Instant.EPOCH).tools();

        assertThat(tools.paths()).containsEntry("k0s", folder.resolve("bin/k0s").toString());
        assertThat(tools.versions()).containsEntry("k0s", RELEASE);
    }

    private void unit(String service, String arguments, Path path) throws IOException {
        Files.writeString(
                folder.resolve("units").resolve(service + ".service"),
                "[Service]\nExecStart=%s/bin/k0s %s\n"
                        .formatted(folder, arguments.formatted(path)));
    }

    private void active(String unit) throws IOException {
        Files.writeString(folder.resolve("active"), unit);
    }

    private void program(String name, String script) throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        Path program =
                Files.writeString(folder.resolve("bin").resolve(name), "#!/bin/sh\n" + script);
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    private HostFacts read(List<String> shell) throws Exception {
        return FactReader.read(Map.of("node", run(shell, "read-node")), Instant.EPOCH);
    }

    private String run(List<String> shell, String step) throws Exception {
        String script =
                InspectSteps.steps(List.of(), List.of()).stream()
                        .filter(s -> s.name().equals(step))
                        .map(s -> ((Step.Command) s).script())
                        .findFirst()
                        .orElseThrow()
                        .replace("/etc/systemd/system", folder.resolve("units").toString())
                        .replace("/usr/lib/systemd/system", folder.resolve("none").toString())
                        .replace("/lib/systemd/system", folder.resolve("none").toString())
                        .replace("/etc/init.d", folder.resolve("init.d").toString())
                        .replace("timeout 10 ", "timeout 1 ")
                        .replace("/run/openrc", folder.resolve("openrc").toString());
        Path program = Files.writeString(folder.resolve("script.sh"), script);
        var command = new ArrayList<>(shell);
        command.addAll(List.of("-eu", program.toString()));
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment()
                .merge("PATH", folder.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(errors).isZero();
        return printed;
    }
}
