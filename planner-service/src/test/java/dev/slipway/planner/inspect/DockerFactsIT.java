package dev.slipway.planner.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ContainerRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is read of Docker and cri-dockerd on a host, in every shell that hosts have.
class DockerFactsIT {
    @TempDir private Path folder;

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void areReadWithWhoMadeThem(List<String> shell) throws Exception {
        systemctl("docker.service");
        Files.createDirectories(folder.resolve("etc/docker"));
        Files.writeString(folder.resolve("etc/docker/daemon.json"), "{}");

        HostFacts found = read(shell);

        assertThat(found.docker())
                .isEqualTo(
                        new HostFacts.DockerFacts(
                                Provenance.FOREIGN,
                                Provenance.FOREIGN,
                                Provenance.NONE,
                                true,
                                false));
        assertThat(found.isActive(ContainerRuntime.DOCKER)).isFalse();

        systemctl("docker.service", "cri-docker.service");
        Files.createDirectories(folder.resolve("slipway"));
        Files.writeString(
                folder.resolve("slipway/made"),
                "%1$s/etc/docker/daemon.json\n%1$s/etc/systemd/system/cri-docker.service\n"
                        .formatted(folder));
        HostFacts ours = read(shell);

        assertThat(ours.docker())
                .isEqualTo(
                        new HostFacts.DockerFacts(
                                Provenance.FOREIGN, Provenance.OURS, Provenance.OURS, true, true));
        assertThat(ours.isActive(ContainerRuntime.DOCKER)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void areNothingWhereItIsNot(List<String> shell) throws Exception {
        systemctl();

        assertThat(read(shell).docker()).isEqualTo(HostFacts.DockerFacts.NONE);
    }

    private void systemctl(String... services) throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        Path file =
                Files.writeString(
                        folder.resolve("bin/systemctl"),
                        """
                        #!/bin/sh
                        for word in "$@"; do last=$word; done
                        case " %s " in *" $last "*) exit 0 ;; *) exit 1 ;; esac
                        """
                                .formatted(String.join(" ", services)));
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private HostFacts read(List<String> shell) throws Exception {
        String script =
                InspectSteps.steps(List.of(), List.of()).stream()
                        .filter(s -> s.name().equals("read-node"))
                        .map(s -> ((Step.Command) s).script())
                        .findFirst()
                        .orElseThrow()
                        .replace("/var/lib/slipway", folder + "/slipway")
                        .replace("/etc/", folder + "/etc/")
                        .replace("/run/openrc", folder + "/openrc");
        var command = new ArrayList<>(shell);
        command.addAll(
                List.of("-eu", Files.writeString(folder.resolve("step.sh"), script).toString()));
        var builder = new ProcessBuilder(command);
        builder.environment()
                .merge("PATH", folder.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(errors).isZero();
        return FactReader.read(Map.of(InspectSteps.NODE, printed), Instant.EPOCH);
    }
}
