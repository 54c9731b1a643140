package dev.slipway.planner.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.Clusterfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What `check` asks a cluster of k0s, in every shell that hosts have: by k0s's own kubectl, with
/// the kubeconfig that the host has.
class K0sCheckStepsIT {
    private static final Clusterfile CLUSTERFILE = K0sHosts.clusterfile();

    @TempDir private Path folder;

    @BeforeEach
    void member() throws IOException {
        Files.createDirectories(folder.resolve("slipway"));
        Files.createFile(folder.resolve("slipway/joined"));
        Files.createDirectories(folder.resolve("data/pki"));
        Files.createFile(folder.resolve("data/pki/admin.conf"));
        k0s(
                """
                case "$*" in
                "ctr --timeout 10s version") ;;
                "kubectl --kubeconfig %1$s/data/kubelet.conf "*" get node "*) echo "n Ready control-plane 1d v1.36.2+k0s" ;;
                "kubectl --kubeconfig %1$s/data/pki/admin.conf "*" get --raw /readyz") printf ok ;;
                "kubectl --kubeconfig %1$s/data/pki/admin.conf "*" get pods -A --no-headers") printf 'kube-system a 1/1 Running 0 1d\\nshop b 0/1 Pending 0 1d\\n' ;;
                "kubectl --kubeconfig %1$s/data/pki/admin.conf "*" get endpoints -A --no-headers") echo 'default kubernetes 10.0.0.1:6443 1d' ;;
                *) echo "$*" >&2; exit 9 ;;
                esac
                """
                        .formatted(folder));
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void asksAWorkerForItsNode(List<String> shell) throws Exception {
        HostFacts.ProbeFacts probes = read(shell, K0sHosts.WORKER);

        assertThat(probes.node()).contains("Ready");
        assertThat(probes.runtimeAnswers()).contains(true);
        assertThat(probes.pods()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void asksTheFirstControllerForItsApiAndWhatRunsThere(List<String> shell) throws Exception {
        HostFacts.ProbeFacts probes = read(shell, K0sHosts.CONTROLLER);

        assertThat(probes.node()).contains("Ready");
        assertThat(probes.nodeTrouble()).isEmpty();
        assertThat(probes.runtimeAnswers()).isEmpty();
        assertThat(probes.pods())
                .contains(new HostFacts.Tally(2, 1, List.of("shop/b Pending 0/1")));
        assertThat(probes.services()).contains(new HostFacts.Tally(1, 0, List.of()));
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void saysWhatIsWrong(List<String> shell) throws Exception {
        k0s("echo '[-]etcd failed' >&2\nexit 1\n");

        assertThat(read(shell, K0sHosts.WORKING).runtimeAnswers()).contains(false);
        assertThat(read(shell, K0sHosts.WORKING).nodeTrouble()).contains("[-]etcd failed");
        assertThat(read(shell, K0sHosts.CONTROLLER).nodeTrouble()).contains("[-]etcd failed");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void asksNothingOfAHostThatIsNoMember(List<String> shell) throws Exception {
        Files.delete(folder.resolve("slipway/joined"));

        HostFacts.ProbeFacts probes = read(shell, K0sHosts.WORKER);

        assertThat(probes.node()).isEmpty();
        assertThat(probes.runtimeAnswers()).isEmpty();
    }

    private void k0s(String script) throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        Path program = Files.writeString(folder.resolve("bin/k0s"), "#!/bin/sh\n" + script);
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    private HostFacts.ProbeFacts read(List<String> shell, HostAddress host) throws Exception {
        String script =
                CheckSteps.of(CLUSTERFILE, K0sHosts.host(CLUSTERFILE, host), Map.of()).stream()
                        .filter(s -> s.name().equals("ask-cluster"))
                        .map(s -> ((Step.Command) s).script())
                        .findFirst()
                        .orElseThrow()
                        .replace("/var/lib/k0s", folder.resolve("data").toString())
                        .replace("/var/lib/slipway", folder.resolve("slipway").toString())
                        .replace("/usr/local/bin", folder.resolve("bin").toString());
        Path program = Files.writeString(folder.resolve("script.sh"), script);
        var command = new ArrayList<>(shell);
        command.addAll(List.of("-eu", program.toString()));
        Process process = new ProcessBuilder(command).start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(errors).isZero();
        return FactReader.read(Map.of("cluster", printed), Instant.EPOCH).probes();
    }
}
