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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SandboxIT {

    @RegisterExtension static final SimulatedHosts HOSTS = new SimulatedHosts(1, 2);

    private static SshTestClient ssh() {
        return HOSTS.ssh();
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
    void reapsOrphans() {
        ssh().run("w1", "sh -c 'sleep 0.1 & exit 0'");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !ssh().run("w1", "cat /proc/[0-9]*/stat").output().contains(") Z "));
    }

    @Test
    void refusesASecondSimulatorOnItsHome() {
        assertThatThrownBy(() -> Simulator.reset(HOSTS.home()))
                .isInstanceOfAny(
                        SimulatorFailure.class,
                        java.nio.channels.OverlappingFileLockException.class);
    }
}
