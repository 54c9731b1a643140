package dev.slipway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.simulator.ssh.KeyFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FaultsIT {

    @RegisterExtension static final SimulatedHosts HOSTS = new SimulatedHosts(4, 2);

    private static RunningHost host() {
        return HOSTS.simulator().host("w1");
    }

    private static SshTestClient.Outcome run(String command) {
        return HOSTS.ssh().run("w1", command);
    }

    /// Sends a request as another process would.
    private static String control(String line) throws IOException {
        Path directory = HOSTS.home().resolve("control");
        Path written = Files.writeString(directory.resolve("t.new"), line);
        Files.move(written, directory.resolve("t.request"));
        Path reply = directory.resolve("t.reply");
        await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(reply));
        String answer = Files.readString(reply).strip();
        Files.delete(reply);
        return answer;
    }

    @AfterEach
    void mend() throws IOException {
        host().clearFaults();
        host().reachable();
    }

    @Test
    void failsAtAStepAsOftenAsAsked() throws IOException {
        host().inject(Fault.failOnce("systemctl", "start/containerd", 42, "no luck today"));
        var first = run("systemctl start containerd");
        assertThat(first.exitCode()).isEqualTo(42);
        assertThat(first.errors()).isEqualTo("no luck today\n");
        assertThat(run("systemctl start containerd && systemctl is-active containerd").output())
                .isEqualTo("active\n");
    }

    @Test
    void keepsFailingUntilCleared() throws IOException {
        host().inject(Fault.fail("modprobe", "*", 3, "broken"));
        assertThat(run("modprobe overlay; modprobe overlay").exitCode()).isEqualTo(3);
        host().clearFaults();
        assertThat(run("modprobe overlay").exitCode()).isZero();
    }

    @Test
    void isSlowAtAStep() throws IOException {
        host().inject(Fault.slow("hostnamectl", "set-hostname", 100));
        long start = System.nanoTime();
        run("hostnamectl set-hostname slow");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThan(Duration.ofSeconds(2));
    }

    @Test
    void killsTheShellThatRunsAStep() throws IOException {
        host().inject(Fault.kill("sysctl", "system"));
        var outcome = run("sysctl --system; echo not reached");
        assertThat(outcome.exitCode()).isEqualTo(137);
        assertThat(outcome.output()).isEmpty();
    }

    @Test
    void killsWhatRuns() {
        run(
                "(setsid sleep 4321 >/dev/null 2>&1 &); until grep -qx sleep /proc/[0-9]*/comm 2>/dev/null; do :; done");
        assertThat(host().kill("sleep 4321")).isEqualTo(1);
        assertThat(run("cat /proc/[0-9]*/cmdline").output()).doesNotContain("sleep\0004321");
    }

    @Test
    void doesNotAnswerWhileUnreachableAndOthersDo() throws IOException {
        assertThat(control("unreachable w1")).isEqualTo("ok w1");
        assertThatThrownBy(() -> run("true"))
                .hasRootCauseInstanceOf(java.net.ConnectException.class);
        assertThat(HOSTS.ssh().run("cp1", "hostname").output()).isEqualTo("cp1\n");
        assertThat(control("reachable w1")).isEqualTo("ok w1");
        assertThat(run("true").exitCode()).isZero();
    }

    @Test
    void presentsAnotherHostKeyAfterAChange() throws IOException {
        run("true");
        String before = HOSTS.ssh().presentedHostKey();
        assertThat(control("rekey w1")).isEqualTo("ok w1");
        run("true");
        assertThat(HOSTS.ssh().presentedHostKey())
                .isNotEqualTo(before)
                .isEqualTo(KeyFiles.line(host().hostKey()));
        assertThat(Files.readString(HOSTS.simulator().knownHosts())).contains(before);
    }

    @Test
    void aFullDiskTakesNothingAndLosesNothing() throws IOException {
        run("echo kept >/root/kept");
        assertThat(control("disk-full w1")).isEqualTo("ok w1");
        for (String place :
                new String[] {"/root", "/etc", "/var/lib", "/opt", "/tmp", "/usr/local"}) {
            var outcome = run("echo some text >" + place + "/new");
            assertThat(outcome.exitCode()).as(place).isNotZero();
            assertThat(outcome.errors()).contains("No space left on device");
        }
        assertThat(run("cat /root/kept; echo >/run/fine && echo memory").output())
                .isEqualTo("kept\nmemory\n");
        assertThat(control("disk-free w1")).isEqualTo("ok w1");
        assertThat(
                        run("cat /root/kept; echo again >/root/kept; cat /root/kept; ls /tmp/new")
                                .output())
                .isEqualTo("kept\nagain\n");
    }

    @Test
    void aReadOnlyDiskIsReadOnly() {
        host().makeDiskReadOnly();
        assertThat(run("echo x >/var/lib/new").errors()).contains("Read-only file system");
        host().freeDisk();
        assertThat(run("echo x >/var/lib/new").exitCode()).isZero();
    }

    @Test
    void aPowerCutEndsEverythingUntilPowerReturns() throws IOException {
        run("(setsid sleep 9876 >/dev/null 2>&1 &)");
        assertThat(control("power-off w1")).isEqualTo("ok w1");
        assertThat(
                        ProcessHandle.allProcesses()
                                .noneMatch(p ->
                                        p.info().commandLine().orElse("").contains("sleep 9876")))
                .isTrue();
        assertThat(control("power-on w1")).isEqualTo("ok w1");
        assertThat(run("hostname").exitCode()).isZero();
    }

    @Test
    void rebootsWhenToldTo() throws IOException {
        String boot = "cat /proc/sys/kernel/random/boot_id";
        String before = run(boot).output();

        assertThat(control("reboot w1")).isEqualTo("ok w1");

        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(
                        () -> run(boot).output(),
                        after -> !after.isEmpty() && !after.equals(before));
    }

    @Test
    void answersRequestsThatMakeNoSense() throws IOException {
        assertThat(control("rekey nobody"))
                .startsWith("error there is no simulated host \"nobody\"");
        assertThat(control("juggle w1")).startsWith("error unknown action \"juggle\"");
        assertThat(control("fail w1 kubeadm")).startsWith("error a fault needs TOOL and STEP");
        assertThat(control("fail w1 kubeadm init/certs 2 1 all is lost")).isEqualTo("ok w1");
        assertThat(Files.readString(HOSTS.home().resolve("hosts/w1/state/faults")))
                .isEqualTo("fail kubeadm init/certs 2 1 all is lost\n");
    }
}
