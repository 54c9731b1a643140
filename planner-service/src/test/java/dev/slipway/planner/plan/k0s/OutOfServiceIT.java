package dev.slipway.planner.plan.k0s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PlanInput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// How a worker leaves and comes back, in every shell that hosts have.
class OutOfServiceIT {
    private static final String KUBECTL = "k0s kubectl --kubeconfig /run/maintenance ";

    @TempDir private Path folder;

    private final PlanInput input =
            RunningK0s.change(
                    RunningK0s.cluster(RunningK0s.BEFORE, 1, 2, ""),
                    RunningK0s.cluster(RunningK0s.RELEASE, 1, 2, "  drain: {timeout: 90s}\n"));
    private final ClusterHost worker = input.clusterfile().workers().getFirst();

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void drainsAndTakesPodsAgain(List<String> shell) throws Exception {
        ScriptHost host = host(shell, "w-1,", 0);

        assertThat(host.run(drain()).code()).isZero();
        assertThat(host.has("/var/lib/slipway/cordoned")).isTrue();
        assertThat(host.run(OutOfService.uncordon(input, worker)).code()).isZero();
        assertThat(host.has("/var/lib/slipway/cordoned")).isFalse();
        assertThat(host.run(OutOfService.uncordon(input, worker)).out()).isEqualTo("skipped");

        assertThat(calls(host))
                .containsExactly(
                        "get node w-1 --ignore-not-found -o jsonpath={.metadata.name},{.spec.unschedulable}",
                        "cordon w-1",
                        "drain w-1 --ignore-daemonsets --delete-emptydir-data --timeout=90s",
                        "uncordon w-1");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void stopsNothingWhereTheDrainFails(List<String> shell) throws Exception {
        ScriptHost host = host(shell, "w-1,", 1);

        ScriptHost.Outcome outcome = host.run(drain());

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("slipway: node w-1 could not be drained");
        assertThat(calls(host)).last().isEqualTo("uncordon w-1");
        assertThat(host.has("/var/lib/slipway/cordoned")).isFalse();
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void leavesCordonedWhatTheUserCordoned(List<String> shell) throws Exception {
        for (int code : List.of(0, 1)) {
            ScriptHost host = host(shell, "w-1,true", code);

            assertThat(host.run(drain()).code()).isEqualTo(code);
            host.run(OutOfService.uncordon(input, worker));

            assertThat(calls(host)).noneMatch(c -> c.matches("(un)?cordon .*"));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void drainsNoNodeThatIsGoneOrDoesNotRun(List<String> shell) throws Exception {
        ScriptHost host = host(shell, "", 1);
        assertThat(host.run(drain()).code()).isZero();

        host.program("systemctl", "exit 3");
        assertThat(host.run(drain()).out()).isEqualTo("skipped");
    }

    @ParameterizedTest
    @CsvSource({
        "v1.36.2+k0s True 2026-11-27T10:00:06Z, ''",
        "v1.36.2 True 2026-11-27T10:00:06Z, ''",
        "v1.36.2+k0s True 2026-11-27T10:00:05Z, the kubelet has not told its state since 2026-11-27T10:00:05Z",
        "v1.36.2+k0s False 2026-11-27T10:00:06Z, the node is not Ready",
        "v1.35.4+k0s True 2026-11-27T10:00:06Z, 'the kubelet is v1.35.4+k0s, expected v1.36.2'",
        "v1.36.20+k0s True 2026-11-27T10:00:06Z, 'the kubelet is v1.36.20+k0s, expected v1.36.2'"
    })
    void believesTheKubeletOfTheReleaseOnceItHasSpoken(String status, String complaint)
            throws Exception {
        for (List<String> shell : dev.slipway.planner.Shells.all().toList()) {
            ScriptHost host = host(shell, status, 0);
            host.program("date", "echo 2026-11-27T10:00:05Z");
            assertThat(host.run(OutOfService.noteStart()).code()).isZero();

            ScriptHost.Outcome outcome = host.run(OutOfService.awaitReady(input, worker));

            assertThat(outcome.out().strip()).isEqualTo(complaint);
            assertThat(outcome.code()).isEqualTo(complaint.isEmpty() ? 0 : 1);
            assertThat(host.calls())
                    .anyMatch(c ->
                            c.startsWith(
                                    "k0s kubectl --kubeconfig /var/lib/k0s/kubelet.conf get node w-1"));
        }
    }

    private Step drain() {
        return OutOfService.drain(input, worker);
    }

    /// @param found what the API tells of the node
    /// @param drain with what `kubectl drain` ends
    private ScriptHost host(List<String> shell, String found, int drain) throws Exception {
        Files.deleteIfExists(folder.resolve("calls"));
        return new ScriptHost(folder, shell)
                .program("systemctl", "exit 0")
                .program(
                        "k0s",
                        "case $* in *' get node '*) printf '%%s' '%s' ;; *' drain '*) exit %d ;; esac"
                                .formatted(found, drain))
                .variable("MAINTENANCE", folder + "/run/maintenance");
    }

    private static List<String> calls(ScriptHost host) throws Exception {
        Stream<String> calls = host.calls().stream().filter(c -> c.startsWith("k0s "));
        return calls.map(c -> c.replace(KUBECTL, "")).toList();
    }
}
