package dev.slipway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.simulator.host.SimulatorFailure;
import dev.slipway.simulator.ssh.HostSshServer;
import dev.slipway.simulator.ssh.OpenSshServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Hosts with the machine's own sshd and sudo. As root only.
class OpenSshIT extends SshServerContract {

    private static final Map<String, Object> MACHINE = machine();

    @RegisterExtension
    @Order(1)
    static final ExecutionCondition POSSIBLE =
            context -> {
                try {
                    OpenSshServer.require();
                    return ConditionEvaluationResult.enabled("sshd and sudo are here");
                } catch (SimulatorFailure e) {
                    System.out.println("OpenSshIT is skipped: " + e.getMessage());
                    return ConditionEvaluationResult.disabled(e.getMessage());
                }
            };

    @RegisterExtension
    @Order(2)
    static final SimulatedHosts HOSTS = new SimulatedHosts(6, 2, HostSshServer.Kind.OPENSSH);

    @Override
    SimulatedHosts hosts() {
        return HOSTS;
    }

    @Test
    void isOpenSshWithTheRealSudo() throws IOException {
        try (var session = ssh().login("root", null, "w1")) {
            assertThat(session.getServerVersion()).startsWith("SSH-2.0-OpenSSH_");
        }
        assertThat(ssh().run("w1", "sudo --version").output())
                .startsWith("Sudo version ")
                .doesNotContain("simulated");
    }

    @Test
    void tellsTheSignalThatKilledAShell() {
        try (var held = ssh().hold("w1", "kill -KILL $$")) {
            assertThat(held.closedByTheHost()).isTrue();
            assertThat(held.channel().getExitSignal()).isEqualTo("KILL");
            assertThat(held.channel().getExitStatus()).isNull();
        }
    }

    @Test
    void playsTheNodesToolsAsBefore() throws IOException {
        RunningHost host = HOSTS.simulator().host("w1");
        host.inject(Fault.failOnce("modprobe", "load", 4, "no such luck"));

        var failed = ssh().runAs("deploy", null, "w1", "sudo modprobe overlay", "");

        assertThat(failed.exitCode()).isEqualTo(4);
        assertThat(failed.errors()).isEqualTo("no such luck\n");
        assertThat(ssh().run("w1", "kubeadm version -o short").output()).isEqualTo("v1.36.2\n");
        assertThat(host.calls()).contains("modprobe overlay", "kubeadm version");
    }

    @Test
    void refusesFaultsOfAToolThatIsReal() {
        assertThatThrownBy(() -> HOSTS.simulator().host("w1").inject(Fault.kill("sudo", "run")))
                .hasMessageContaining("takes no faults")
                .hasMessageContaining("--ssh-server mina");
    }

    @Test
    void leavesTheMachinesOwnServerAndSudoAlone() {
        assertThat(machine()).isEqualTo(MACHINE);
    }

    private static Map<String, Object> machine() {
        var found = new TreeMap<String, Object>();
        for (String file :
                List.of(
                        "/etc/sudoers",
                        "/etc/sudo.conf",
                        "/etc/ssh",
                        "/etc/ssh/sshd_config",
                        "/etc/pam.d",
                        "/etc/pam.d/sudo",
                        "/usr/bin/sudo",
                        "/usr/libexec/sudo")) {
            try {
                found.put(
                        file,
                        Files.readAttributes(
                                Path.of(file), "unix:mode,uid,gid,ino,lastModifiedTime"));
            } catch (IOException e) {
                found.put(file, "not there");
            }
        }
        return found;
    }
}
