package dev.slipway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.simulator.host.SimulatorFailure;
import dev.slipway.simulator.ssh.KeyFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SandboxIT {

    @RegisterExtension static final SimulatedHosts HOSTS = new SimulatedHosts(1, 2);

    private static SshTestClient ssh() {
        return HOSTS.ssh();
    }

    private static void awaitBack(String host) {
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(
                        () -> ssh().run(host, "true").exitCode(),
                        code -> Integer.valueOf(0).equals(code));
    }

    @Test
    void carriesInputOutputErrorsAndExitCodeUnchanged() {
        var outcome = ssh().run("w1", "cat; echo oops >&2; exit 7", "line\0with zero\n");
        assertThat(outcome.exitCode()).isEqualTo(7);
        assertThat(outcome.output()).isEqualTo("line\0with zero\n");
        assertThat(outcome.errors()).isEqualTo("oops\n");
    }

    @Test
    void carriesMegabytesBothWays() {
        String big = "0123456789abcdef".repeat(1 << 17);
        assertThat(ssh().run("w1", "cat", big).output()).isEqualTo(big);
    }

    @Test
    void reportsAShellThatASignalKilled() {
        assertThat(ssh().run("w1", "kill -KILL $$").exitCode()).isEqualTo(137);
    }

    @Test
    void givesEveryHostItsOwnNameKeyBootIdAndFiles() throws IOException {
        ssh().run("cp1", "echo mine >/etc/mine");
        assertThat(ssh().run("w1", "ls /etc/mine; hostname").output()).isEqualTo("w1\n");
        String boot = "cat /proc/sys/kernel/random/boot_id";
        assertThat(ssh().run("cp1", boot).output())
                .isNotEqualTo(ssh().run("w1", boot).output())
                .isNotEqualTo(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")));
        assertThat(KeyFiles.line(HOSTS.simulator().host("cp1").hostKey()))
                .isNotEqualTo(KeyFiles.line(HOSTS.simulator().host("w1").hostKey()));
    }

    @Test
    void hidesTheProcessesAndFilesOfTheMachine() throws IOException {
        Path secret = Files.createTempFile("machine", "secret");
        assertThat(ssh().run("w1", "ls " + secret).exitCode()).isNotZero();
        String mine = Long.toString(ProcessHandle.current().pid());
        assertThat(ssh().run("w1", "ls /proc; cat /proc/[0-9]*/cmdline").output())
                .doesNotContain("\n" + mine + "\n")
                .doesNotContain("surefire");
        Files.delete(secret);
    }

    @Test
    void letsNothingOfTheMachineBeChanged() throws IOException {
        String name = InetAddress.getLocalHost().getHostName();
        String panic = Files.readString(Path.of("/proc/sys/kernel/panic"));
        String forward = Files.readString(Path.of("/proc/sys/net/ipv4/ip_forward"));
        for (String attempt :
                new String[] {
                    "touch /usr/bin/slipway-was-here",
                    "echo 99 >/proc/sys/kernel/panic",
                    "mknod /tmp/disk b 8 0 && dd if=/tmp/disk count=1",
                    "echo x >/.simulator/lib/lib.sh",
                    "/.simulator/real/mount -o remount,rw /usr && touch /usr/bin/slipway-was-here"
                }) {
            assertThat(ssh().run("w1", attempt).exitCode()).as(attempt).isNotZero();
        }
        ssh().run(
                        "w1",
                        "hostnamectl set-hostname other; sysctl -w net.ipv4.ip_forward=7; rm -rf /etc/hosts; swapoff -a");
        assertThat(Path.of("/usr/bin/slipway-was-here")).doesNotExist();
        assertThat(InetAddress.getLocalHost().getHostName()).isEqualTo(name);
        assertThat(Files.readString(Path.of("/proc/sys/kernel/panic"))).isEqualTo(panic);
        assertThat(Files.readString(Path.of("/proc/sys/net/ipv4/ip_forward"))).isEqualTo(forward);
        assertThat(Path.of("/etc/hosts")).exists();
        assertThat(ssh().run("w1", "hostname; cat /proc/sys/net/ipv4/ip_forward").output())
                .isEqualTo("other\n7\n");
    }

    @Test
    void tellsTheExitStatusWhileAChildHoldsTheOutputAndClosesAfterIt() {
        try (var held = ssh().hold("w1", "sleep 301 & exit 3")) {
            assertThat(held.exitStatus()).isEqualTo(3);
            assertThat(held.channel().isOpen()).isTrue();

            assertThat(HOSTS.simulator().host("w1").kill("sleep 301")).isEqualTo(1);

            assertThat(held.closedByTheHost()).isTrue();
        }
    }

    @Test
    void aChannelThatIsHeldOpenDelaysNoOtherHost() {
        try (var held = ssh().hold("cp1", "sleep 302 & exit 0")) {
            assertThat(held.exitStatus()).isZero();

            assertThat(ssh().run("w1", "echo free").output()).isEqualTo("free\n");
        }
        HOSTS.simulator().host("cp1").kill("sleep 302");
    }

    @Test
    void leavesDetachedProcessesRunningWhenTheConnectionBreaks() throws IOException {
        try (ClientSession session = ssh().login("root", null, "w1");
                ChannelExec channel =
                        session.createExecChannel(
                                "setsid sh -c 'sleep 1; echo done >/root/detached' >/dev/null 2>&1 </dev/null & echo started; sleep 60")) {
            channel.open().verify(Duration.ofSeconds(30));
            assertThat(channel.getInvertedOut().read()).isEqualTo('s');
            session.disconnect(11, "the cable was cut");
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Duration.ofSeconds(30));
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> ssh().run("w1", "cat /root/detached").output().equals("done\n"));
    }

    @Test
    void reapsOrphans() {
        ssh().run("w1", "sh -c 'sleep 0.1 & exit 0'");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !ssh().run("w1", "cat /proc/[0-9]*/stat").output().contains(") Z "));
    }

    @Test
    void asksForASudoPasswordAndTakesNoOther() {
        String command = "sudo -S -p 'pw: ' id -u";
        var right =
                ssh().runAs(
                                "ops",
                                SimulatedHosts.PASSWORD,
                                "w1",
                                command,
                                SimulatedHosts.PASSWORD + "\n");
        assertThat(right.output()).isEqualTo("0\n");
        assertThat(right.errors()).isEqualTo("pw: ");
        var wrong = ssh().runAs("ops", null, "w1", command, "a\nb\nc\n");
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.errors())
                .contains("Sorry, try again.", "sudo: 3 incorrect password attempts");
        assertThat(ssh().runAs("ops", null, "w1", "sudo -n true", "").errors())
                .isEqualTo("sudo: a password is required\n");
        assertThat(ssh().runAs("ops", null, "w1", "sudo true", "").errors())
                .contains("a terminal is required");
        assertThat(ssh().runAs("deploy", null, "w1", "sudo -n id -u; id -u", "").output())
                .isEqualTo("0\n1001\n");
    }

    @Test
    void keepsRootsFilesFromOthers() {
        var outcome =
                ssh().runAs(
                                "ops",
                                null,
                                "w1",
                                "cat /.simulator/state/password; echo x >/etc/x; ls /root",
                                "");
        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.output()).isEmpty();
        assertThat(outcome.errors()).contains("Permission denied");
    }

    @Test
    void refusesAWrongPassword() {
        assertThatThrownBy(() -> ssh().login("ops", "wrong", "w1"))
                .isInstanceOf(SshException.class);
        assertThatThrownBy(() -> ssh().login("root", SimulatedHosts.PASSWORD, "w1"))
                .isInstanceOf(SshException.class);
    }

    @Test
    void rebootsWithANewBootIdAnEmptyRunAndTheFilesItHad() {
        String boot = "cat /proc/sys/kernel/random/boot_id";
        String before = ssh().run("cp1", "touch /run/gone /root/kept; " + boot).output();
        try (var held = ssh().hold("cp1", "sleep 300 & exit 0")) {
            assertThat(held.exitStatus()).isZero();
        }

        ssh().run("cp1", "reboot");
        awaitBack("cp1");

        var after = ssh().run("cp1", "ls /run/gone /root/kept; " + boot);
        assertThat(after.output()).startsWith("/root/kept\n").doesNotContain(before);
        assertThat(after.errors()).contains("/run/gone");
        assertThat(ssh().run("cp1", "cat /proc/[0-9]*/cmdline").output())
                .doesNotContain("sleep\000300");
    }

    @Test
    void survivesARestartOfTheSimulator() {
        ssh().run("w1", "echo kept >/root/kept");
        String key = KeyFiles.line(HOSTS.simulator().host("w1").hostKey());
        HOSTS.restart();
        assertThat(ssh().run("w1", "cat /root/kept").output()).isEqualTo("kept\n");
        assertThat(ssh().presentedHostKey()).isEqualTo(key);
    }

    @Test
    void refusesASecondSimulatorOnItsHome() {
        assertThatThrownBy(() -> Simulator.reset(HOSTS.home()))
                .isInstanceOfAny(
                        SimulatorFailure.class,
                        java.nio.channels.OverlappingFileLockException.class);
    }
}
