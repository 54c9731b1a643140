package dev.slipway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.slipway.simulator.host.Sandbox;
import dev.slipway.simulator.ssh.KeyFiles;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.EnumSet;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshException;
import org.junit.jupiter.api.Test;

/// What an installer sees of a host's SSH server and `sudo`, whosever they are: what holds for real
/// OpenSSH holds for the one that plays it. Hosts `cp1` and `w1`.
abstract class SshServerContract {

    abstract SimulatedHosts hosts();

    SshTestClient ssh() {
        return hosts().ssh();
    }

    private RunningHost host(String name) {
        return hosts().simulator().host(name);
    }

    private void awaitBack(String host) {
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
    void tellsTheExitStatusWhileAChildHoldsTheOutputAndClosesAfterIt() {
        try (var held = ssh().hold("w1", "sleep 301 & exit 3")) {
            assertThat(held.exitStatus()).isEqualTo(3);
            assertThat(held.channel().isOpen()).isTrue();

            assertThat(hosts().simulator().host("w1").kill("sleep 301")).isEqualTo(1);

            assertThat(held.closedByTheHost()).isTrue();
        }
    }

    @Test
    void aChannelThatIsHeldOpenDelaysNoOtherHost() {
        try (var held = ssh().hold("cp1", "sleep 302 & exit 0")) {
            assertThat(held.exitStatus()).isZero();

            assertThat(ssh().run("w1", "echo free").output()).isEqualTo("free\n");
        }
        hosts().simulator().host("cp1").kill("sleep 302");
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
    void asksForASudoPasswordAndTakesNoOther() {
        String command = "sudo -k -S -p 'pw: ' id -u";
        String right = SimulatedHosts.PASSWORD + "\n";

        var first = ssh().runAs("ops", SimulatedHosts.PASSWORD, "w1", command, right);
        var second = ssh().runAs("ops", null, "w1", command, "a\n" + right);
        var none = ssh().runAs("ops", null, "w1", command, "a\n");

        assertThat(first.output()).isEqualTo("0\n");
        assertThat(first.errors()).isEqualTo("pw: ");
        assertThat(second.output()).isEqualTo("0\n");
        assertThat(second.errors()).isEqualTo("pw: Sorry, try again.\npw: ");
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.errors())
                .isEqualTo(
                        """
                        pw: Sorry, try again.
                        pw:\s
                        sudo: no password was provided
                        sudo: 1 incorrect password attempt
                        """);
    }

    @Test
    void saysWhySudoCannotAsk() {
        assertThat(ssh().runAs("ops", null, "w1", "sudo -k -n true", "").errors())
                .isEqualTo("sudo: a password is required\n");
        assertThat(ssh().runAs("ops", null, "w1", "sudo -k true", "").errors())
                .isEqualTo(
                        """
                        sudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper
                        sudo: a password is required
                        """);
    }

    @Test
    void asksNoPasswordOfWhomItNeedNotAsk() {
        assertThat(ssh().runAs("deploy", null, "w1", "sudo -n id -u; id -u", "").output())
                .isEqualTo("0\n1001\n");
    }

    @Test
    void keepsRootsFilesFromOthers() {
        assumeFalse(Sandbox.singleUid(), "skipped: without root everybody in a host is root");
        var outcome =
                ssh().runAs(
                                "ops",
                                null,
                                "w1",
                                "cat /.simulator/state/password /etc/shadow; echo x >/etc/x; ls /root",
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
        String key = KeyFiles.line(hosts().simulator().host("w1").hostKey());
        hosts().restart();
        assertThat(ssh().run("w1", "cat /root/kept").output()).isEqualTo("kept\n");
        assertThat(ssh().presentedHostKey()).isEqualTo(key);
    }

    @Test
    void goesOnWithItsCommandsWhileItCannotBeReached() throws IOException {
        try (var held = ssh().hold("w1", "echo started; sleep 303")) {
            assertThat(held.channel().getInvertedOut().read()).isEqualTo('s');
            host("w1").unreachable();

            assertThat(held.closedByTheHost()).isTrue();
            assertThatThrownBy(() -> ssh().run("w1", "true"))
                    .hasRootCauseInstanceOf(ConnectException.class);
        }
        host("w1").reachable();
        assertThat(ssh().run("w1", "true").exitCode()).isZero();
        assertThat(host("w1").kill("sleep 303")).isPositive();
    }

    @Test
    void presentsAnotherHostKeyAfterAChange() throws IOException {
        ssh().run("w1", "true");
        String before = ssh().presentedHostKey();

        host("w1").changeHostKey();

        ssh().run("w1", "true");
        assertThat(ssh().presentedHostKey())
                .isNotEqualTo(before)
                .isEqualTo(KeyFiles.line(host("w1").hostKey()));
    }

    @Test
    void answersNoMoreOnceItsPowerIsCutAndAgainWhenItReturns() {
        host("w1").powerOff();
        assertThatThrownBy(() -> ssh().run("w1", "true"))
                .hasRootCauseInstanceOf(ConnectException.class);

        host("w1").powerOn();

        assertThat(ssh().run("w1", "hostname").output()).isEqualTo("w1\n");
    }
}
