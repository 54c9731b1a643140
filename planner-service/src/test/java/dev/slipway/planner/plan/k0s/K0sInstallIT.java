package dev.slipway.planner.plan.k0s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.NodePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is done to k0s's program and service on a host, in every shell that hosts have.
class K0sInstallIT {
    private static final String PROGRAM =
            """
              artifacts:
                k0s: {url: 'https://x.example/k0s', sha256: %s}
            """
                    .formatted("ab".repeat(32));

    @TempDir private Path folder;

    private final PlanInput input =
            RunningK0s.install(RunningK0s.cluster(RunningK0s.RELEASE, 1, 1, PROGRAM));
    private final ClusterHost worker = input.clusterfile().workers().getFirst();

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void putsAStagedProgramInItsPlaceOnce(List<String> shell) throws Exception {
        ScriptHost host = new ScriptHost(folder, shell);
        program(host, "/usr/local/bin/k0s", "echo v1.35.4+k0s.1");
        program(host, "/var/lib/slipway/artifacts/k0s", "echo " + RunningK0s.RELEASE);
        host.write("/var/lib/slipway/artifacts/k0s-containerd.toml", "version = 3");
        Step swap = K0sProgram.swap(input, worker);

        assertThat(host.run(swap).printed()).isEmpty();
        assertThat(host.run(swap).code()).isZero();

        assertThat(host.read("/usr/local/bin/k0s")).contains(RunningK0s.RELEASE);
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(host.path("/usr/local/bin/k0s"))))
                .isEqualTo("rwxr-xr-x");
        assertThat(host.read("/etc/k0s/containerd.d/slipway.toml")).isEqualTo("version = 3");
        assertThat(host.has("/var/lib/slipway/artifacts/k0s")).isFalse();
        assertThat(host.has("/var/lib/slipway/artifacts/k0s-containerd.toml")).isFalse();
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void looksAtTheProgramThatIsToRun(List<String> shell) throws Exception {
        ScriptHost host = new ScriptHost(folder, shell);
        Step check = K0sProgram.check(input, worker);

        assertThat(host.run(check).err()).contains("slipway: k0s is missing");

        program(host, "/usr/local/bin/k0s", "echo v1.35.4+k0s.1");
        assertThat(host.run(check).err()).contains("is k0s v1.35.4+k0s.1, expected v1.36.2+k0s.0");

        program(host, "/var/lib/slipway/artifacts/k0s", "echo " + RunningK0s.RELEASE);
        assertThat(host.run(check).code()).isZero();
        assertThat(host.has("/var/lib/slipway/artifacts/k0s")).isTrue();

        program(host, "/usr/local/bin/k0s", "echo " + RunningK0s.RELEASE);
        assertThat(host.run(check).code()).isZero();
        assertThat(host.has("/var/lib/slipway/artifacts/k0s")).isFalse();
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void takesNothingToDoForNoFailure(List<String> shell) throws Exception {
        ScriptHost host =
                new ScriptHost(folder, shell)
                        .program(
                                "k0s",
                                "case $1 in start) echo 'Error: already running' ;; *) echo 'Error: failed to stop' ;; esac >&2\nexit 1");

        assertThat(host.run(K0sInstall.start(worker)).printed()).isEmpty();
        ScriptHost.Outcome stop = host.run(K0sInstall.stop(worker));
        assertThat(stop.code()).isEqualTo(1);
        assertThat(stop.err()).contains("failed to stop");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void definesTheServiceAnewWhereThereIsOne(List<String> shell) throws Exception {
        ScriptHost host = new ScriptHost(folder, shell);
        program(host, "/usr/local/bin/k0s", "echo \"$*\" >> %s".formatted(host.path("/said")));
        Step install = K0sInstall.install(input, worker, true);

        assertThat(host.run(install).printed()).isEmpty();
        host.write("/etc/systemd/system/k0sworker.service", "");
        assertThat(host.run(install).printed()).isEmpty();

        String flags =
                "install worker --data-dir=/var/lib/k0s --token-file=/etc/k0s/worker-token --kubelet-extra-args=--hostname-override=w-1";
        assertThat(host.read("/said").replace(folder.toString(), "").lines())
                .containsExactly(flags, flags + " --force");
    }

    /// A join that failed: what would be taken for a node goes, archives of images stay; of one
    /// that succeeded nothing goes.
    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void clearsWhatAFailedStartLeft(List<String> shell) throws Exception {
        ScriptHost host =
                new ScriptHost(folder, shell)
                        .program("systemctl", "")
                        .program(
                                "k0s",
                                "case $1 in reset) rm -rf %1$s/kubelet %1$s/images; echo 'still mounted' >&2; exit 1 ;; *) exit 1 ;; esac"
                                        .formatted(folder.resolve("var/lib/k0s")));
        host.write("/var/lib/k0s/images/bundle.tar", "images");
        Step clear = K0sInstall.clear(input, worker, NodePaths.JOINED);

        assertThat(host.run(clear).out()).isEqualTo("skipped");

        host.write("/var/lib/k0s/kubelet.conf", "");
        host.write("/var/lib/k0s/pki/ca.crt", "");
        ScriptHost.Outcome outcome = host.run(clear);

        assertThat(outcome.code()).as(outcome.printed()).isZero();
        assertThat(outcome.err()).contains("k0s reset failed, going on without it");
        assertThat(host.has("/var/lib/k0s/kubelet.conf")).isFalse();
        assertThat(host.has("/var/lib/k0s/pki")).isFalse();
        assertThat(host.read("/var/lib/k0s/images/bundle.tar")).isEqualTo("images");
        assertThat(host.run(clear).out()).isEqualTo("skipped");

        host.write("/var/lib/k0s/kubelet.conf", "");
        host.write("/var/lib/slipway/joined", "");
        assertThat(host.run(clear).out()).isEqualTo("skipped");
    }

    /// etcd takes no second member from an address, so what it knows is not thrown away. What
    /// another run left is: its member has left by then.
    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void goesOnWithAControllerThatEtcdHasLetIn(List<String> shell) throws Exception {
        ScriptHost host =
                new ScriptHost(folder, shell)
                        .program("systemctl", "")
                        .program("k0s", "[ \"$1\" = reset ]");
        String database = "/var/lib/k0s/etcd/member/snap/db";
        host.write("/var/lib/k0s/images/bundle.tar", "images");
        host.write(database, "of this run");
        ClusterHost controller = input.clusterfile().controlPlanes().getFirst();
        Step clear = K0sInstall.clear(input, controller, NodePaths.JOINED);

        assertThat(host.run(JoinSteps.noteJoin(input)).printed()).isEmpty();
        assertThat(host.run(clear).out()).contains("goes on with its data");
        assertThat(host.read(database)).isEqualTo("of this run");
        assertThat(host.read("/var/lib/k0s/images/bundle.tar")).isEqualTo("images");

        host.write("/var/lib/slipway/artifacts/k0s-joining", "ffffff\n");
        assertThat(host.run(clear).code()).isZero();
        assertThat(host.has(database)).isFalse();
        assertThat(host.read("/var/lib/k0s/images/bundle.tar")).isEqualTo("images");
    }

    /// Broken off while the images were elsewhere.
    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void putsImagesBackThatWereSetAside(List<String> shell) throws Exception {
        ScriptHost host =
                new ScriptHost(folder, shell)
                        .program("systemctl", "")
                        .program("k0s", "[ \"$1\" = reset ]");
        host.write("/var/lib/slipway/artifacts/k0s-images/bundle.tar", "images");

        assertThat(host.run(K0sInstall.clear(input, worker, NodePaths.JOINED)).code()).isZero();

        assertThat(host.read("/var/lib/k0s/images/bundle.tar")).isEqualTo("images");
    }

    private static void program(ScriptHost host, String path, String script) throws IOException {
        host.write(path, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(
                host.path(path), PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
