package dev.slipway.planner.plan.k0s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.PlanInput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is left of k0s on a host after its reset, in every shell that hosts have. The mounts are
/// those that a file lists.
class ResetStepsIT {
    @TempDir private Path folder;

    private final Clusterfile clusterfile = RunningK0s.cluster(RunningK0s.RELEASE, 1, 1, "");
    private final PlanInput input =
            RunningK0s.input(
                    Operation.RESET,
                    clusterfile,
                    RunningK0s.running(clusterfile, RunningK0s.RELEASE),
                    Optional.of(clusterfile),
                    "");
    private final ClusterHost worker = clusterfile.workers().getFirst();

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void leavesNothingOfSlipways(List<String> shell) throws Exception {
        ScriptHost host = host(shell);
        host.write("/etc/k0s/k0s.yaml", "");
        host.write("/etc/k0s/worker-token", "");
        host.write("/etc/k0s/containerd.d/slipway.toml", "");
        host.write("/var/lib/slipway/made", host.path("/etc/k0s/containerd.d/slipway.toml") + "\n");
        host.write("/var/lib/slipway/joined", "");
        host.write("/var/lib/slipway/cordoned", "");
        host.write("/var/lib/k0s/kubelet/pods/a/volumes/data", "of a pod's folder");
        host.write("/var/lib/k0s/.hidden", "");

        // A reset that broke off is done again.
        for (int i = 0; i < 2; i++) {
            for (Step step : ResetSteps.of(input, worker)) {
                ScriptHost.Outcome outcome = host.run(step);
                assertThat(outcome.code()).as(step.name() + ": " + outcome.printed()).isZero();
            }
        }

        assertThat(host.has("/var/lib/k0s")).isFalse();
        assertThat(host.has("/etc/k0s")).isFalse();
        assertThat(files("/var/lib/slipway")).isEmpty();
        assertThat(host.calls())
                .contains(
                        "systemctl disable --now k0sworker.service",
                        "k0s reset --data-dir /var/lib/k0s");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void keepsWhatOthersPutBesideIt(List<String> shell) throws Exception {
        ScriptHost host = host(shell);
        host.write("/etc/k0s/containerd.d/own.toml", "of the user's");

        for (Step step : ResetSteps.of(input, worker)) {
            host.run(step);
        }

        assertThat(host.read("/etc/k0s/containerd.d/own.toml")).isEqualTo("of the user's");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void unmountsBeforeItRemoves(List<String> shell) throws Exception {
        ScriptHost host = host(shell);
        host.write("/var/lib/k0s/kubelet/pods/a b/volume/precious", "of a volume");
        String mount = host.path("/var/lib/k0s/kubelet/pods/a b").toString();
        mounted(host, mount + "/volume", mount);
        host.program(
                "umount",
                "grep -vF \" $(printf '%%s' \"$1\" | sed 's/ /\\\\040/g') \" %1$s > %1$s.new; mv %1$s.new %1$s"
                        .formatted(folder + "/proc/mounts"));

        assertThat(host.run(data()).code()).isZero();
        assertThat(host.calls().stream().filter(c -> c.startsWith("umount")))
                .containsExactly(
                        "umount /var/lib/k0s/kubelet/pods/a b/volume",
                        "umount /var/lib/k0s/kubelet/pods/a b");
        assertThat(host.has("/var/lib/k0s")).isFalse();
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void removesNothingUnderAMountThatStays(List<String> shell) throws Exception {
        ScriptHost host = host(shell).program("umount", "exit 1");
        host.write("/var/lib/k0s/kubelet/pods/a/volume/precious", "of a volume");
        mounted(host, host.path("/var/lib/k0s/kubelet/pods/a/volume").toString());

        ScriptHost.Outcome outcome = host.run(data());

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err())
                .contains("slipway: cannot be unmounted: /var/lib/k0s/kubelet/pods/a/volume");
        assertThat(host.read("/var/lib/k0s/kubelet/pods/a/volume/precious"))
                .isEqualTo("of a volume");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void touchesNothingWhileK0sRuns(List<String> shell) throws Exception {
        ScriptHost host = host(shell).program("systemctl", "exit 0");
        host.write("/var/lib/k0s/kubelet.conf", "");

        assertThat(host.run(step("stop-k0s")).err()).contains("slipway: k0sworker does not stop");

        host.program(
                "k0s", "echo 'k0s seems to be running! please stop k0s before reset.'; exit 1");
        assertThat(host.run(step("k0s-reset")).code()).isEqualTo(1);
        host.program("k0s", "echo 'device or resource busy'; exit 1");
        assertThat(host.run(step("k0s-reset")).code()).isZero();
    }

    private ScriptHost host(List<String> shell) throws Exception {
        ScriptHost host =
                new ScriptHost(folder, shell)
                        .program("systemctl", "case $1 in is-active) exit 3 ;; esac")
                        .program("k0s", "")
                        .program("swapon", "");
        host.write("/proc/mounts", "");
        host.write("/etc/hosts", "127.0.0.1 localhost\n");
        host.write("/var/lib/k0s/kubelet.conf", "");
        return host;
    }

    private void mounted(ScriptHost host, String... places) throws Exception {
        var lines = new StringBuilder();
        for (String place : places) {
            lines.append("tmpfs %s tmpfs rw 0 0\n".formatted(place.replace(" ", "\\040")));
        }
        host.write("/proc/mounts", lines.toString());
    }

    private Step data() {
        return step("remove-data");
    }

    private Step step(String name) {
        return ResetSteps.of(input, worker).stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<String> files(String path) throws Exception {
        try (var all = Files.list(folder.resolve(path.substring(1)))) {
            return all.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }
}
