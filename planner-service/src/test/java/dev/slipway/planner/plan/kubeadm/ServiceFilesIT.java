package dev.slipway.planner.plan.kubeadm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.order.Part;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.PlanFixture;
import dev.slipway.planner.plan.RecordedState;
import dev.slipway.planner.plan.node.HostFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Definitions of services for both init systems; OpenRC's are shell programs, which every shell
/// that hosts have must read.
class ServiceFilesIT {
    private static final String ALPINE = "os=alpine\nopenrc=yes\n";

    @TempDir private Path folder;

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void startTheKubeletWithWhatKubeadmWroteForIt(List<String> shell) throws Exception {
        assertThat(arguments(shell))
                .isEqualTo(
                        "--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml  ");

        Files.writeString(
                folder.resolve("kubeadm-flags.env"),
                "KUBELET_KUBEADM_ARGS=\"--cgroup-driver=cgroupfs --node-ip=10.0.0.1\"\n");
        Files.writeString(folder.resolve("kubelet"), "KUBELET_EXTRA_ARGS=--v=4\n");

        assertThat(arguments(shell))
                .endsWith("config.yaml --cgroup-driver=cgroupfs --node-ip=10.0.0.1 --v=4");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void areReadByEveryShell(List<String> shell) throws Exception {
        assertThat(
                        run(
                                shell,
                                text(ALPINE, "/etc/init.d/containerd")
                                        + "\nprintf '%s' \"$command\""))
                .isEqualTo("/usr/bin/containerd");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void startCriDockerdWithTheSandboxOfTheRelease(List<String> shell) throws Exception {
        String script =
                docker(ALPINE, "").stream()
                        .filter(f -> f.path().value().equals("/etc/init.d/cri-docker"))
                        .map(ServiceFilesIT::text)
                        .findFirst()
                        .orElseThrow();

        assertThat(run(shell, script + "\nprintf '%s' \"$command $command_args\""))
                .isEqualTo(
                        "/usr/bin/cri-dockerd --container-runtime-endpoint=unix:///run/cri-dockerd.sock --network-plugin=cni --pod-infra-container-image=registry.k8s.io/pause:3.10.2");
    }

    @Test
    void leaveAPackagesCriDockerdItsUnit() {
        assertThat(docker("", "cri-docker-unit=foreign\n"))
                .filteredOn(f -> f.path().value().contains("cri-docker"))
                .singleElement()
                .satisfies(f -> {
                    assertThat(f.path().value())
                            .isEqualTo("/etc/systemd/system/cri-docker.service.d/10-slipway.conf");
                    assertThat(text(f)).contains("ExecStart=\nExecStart=/usr/bin/cri-dockerd --");
                });
        assertThat(docker(ALPINE, ""))
                .filteredOn(f -> f.path().value().equals("/etc/init.d/kubelet"))
                .singleElement()
                .satisfies(f -> assertThat(text(f)).contains("after net cri-docker\n"));
    }

    private static List<HostFile> docker(String system, String node) {
        Clusterfile clusterfile =
                PlanFixture.clusterfile(0, "v1.36.2", "  containerRuntime: {type: docker}\n");
        return ServiceFiles.of(
                PlanFixture.apply(
                        clusterfile,
                        PlanFixture.freshWithDocker(
                                clusterfile,
                                system,
                                node,
                                "path.cri-dockerd=/usr/bin/cri-dockerd\n"),
                        RecordedState.NONE),
                clusterfile.controlPlane());
    }

    @Test
    void areThoseOfTheHostsInitSystem() {
        assertThat(paths(ALPINE))
                .containsExactly("/etc/init.d/containerd 755", "/etc/init.d/kubelet 755");
        assertThat(paths(""))
                .containsExactly(
                        "/etc/systemd/system/kubelet.service 644",
                        "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf 644");
        assertThat(paths("os=flatcar\n"))
                .contains("/etc/systemd/system/containerd.service.d/10-slipway.conf 644");
    }

    private String arguments(List<String> shell) throws Exception {
        return run(
                shell,
                text(ALPINE, "/etc/init.d/kubelet")
                                .replace("for file in /var/lib/kubelet", "for file in " + folder)
                                .replace("/etc/default", folder.toString())
                        + "\nprintf '%s' \"$command_args\"");
    }

    private String run(List<String> shell, String script) throws Exception {
        var command = new ArrayList<>(shell);
        command.addAll(
                List.of("-eu", Files.writeString(folder.resolve("script.sh"), script).toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed;
    }

    private static List<String> paths(String system) {
        return files(system).stream()
                .map(f -> f.path() + " " + Integer.toOctalString(f.mode()))
                .toList();
    }

    private static String text(String system, String path) {
        return files(system).stream()
                .filter(f -> f.path().value().equals(path))
                .map(ServiceFilesIT::text)
                .collect(Collectors.joining());
    }

    private static String text(HostFile file) {
        return file.content().stream()
                .map(part -> ((Part.Literal) part).text())
                .collect(Collectors.joining());
    }

    private static List<HostFile> files(String system) {
        Clusterfile clusterfile = PlanFixture.clusterfile(0);
        return ServiceFiles.of(
                PlanFixture.apply(
                        clusterfile, PlanFixture.fresh(clusterfile, system), RecordedState.NONE),
                clusterfile.controlPlane());
    }
}
