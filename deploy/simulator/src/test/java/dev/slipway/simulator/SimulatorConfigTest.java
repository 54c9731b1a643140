package dev.slipway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.simulator.ssh.HostSshServer;
import dev.slipway.simulator.ssh.SshAccess;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatorConfigTest {

    private static final SshAccess ACCESS = SshAccess.everyLogin("hush hush");

    private static SimulatorConfig config(double scale, String version, String... hosts) {
        return new SimulatorConfig(
                Path.of("home"),
                List.of(hosts).stream().map(SimulatedHost::parse).toList(),
                0,
                ACCESS,
                scale,
                version,
                HostSshServer.Kind.MINA);
    }

    @Test
    void readsHosts() {
        assertThat(SimulatedHost.parse("cp1=127.77.0.1"))
                .isEqualTo(new SimulatedHost("cp1", "127.77.0.1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cp1",
                "=127.0.0.1",
                "cp1=10.0.0.1",
                "Cp1=127.0.0.1",
                "../x=127.0.0.1",
                "a=127.0.0.1;b"
            })
    void refusesWhatIsNoSimulatedHost(String text) {
        assertThatThrownBy(() -> SimulatedHost.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesHostsThatCollide() {
        assertThatThrownBy(() -> config(0.5, "v1.36.2", "a=127.0.0.2", "b=127.0.0.2"))
                .hasMessageContaining("shares its name or address");
        assertThatThrownBy(() -> config(0.5, "v1.36.2", "a=127.0.0.2", "a=127.0.0.3"))
                .hasMessageContaining("shares its name or address");
        assertThatThrownBy(() -> config(0.5, "v1.36.2")).hasMessageContaining("no hosts");
    }

    @Test
    void refusesImpossibleScalesAndVersions() {
        assertThatThrownBy(() -> config(0, "v1.36.2", "a=127.0.0.2"))
                .hasMessageContaining("time scale");
        assertThatThrownBy(() -> config(Double.NaN, "v1.36.2", "a=127.0.0.2"))
                .hasMessageContaining("time scale");
        assertThatThrownBy(() -> config(0.5, "latest", "a=127.0.0.2"))
                .hasMessageContaining("\"latest\"");
    }

    @Test
    void refusesAPortThatRealOpenSshCannotHave() {
        var hosts = List.of(SimulatedHost.parse("a=127.0.0.2"));
        assertThatThrownBy(() ->
                        SimulatorConfig.of(Path.of("home"), hosts, 22, ACCESS)
                                .with(HostSshServer.Kind.OPENSSH))
                .hasMessageContaining("port 22")
                .hasMessageContaining("1024..65535");
        assertThat(SimulatorConfig.of(Path.of("home"), hosts, 22, ACCESS).sshServer())
                .isEqualTo(HostSshServer.Kind.MINA);
    }

    @Test
    void hidesThePassword() {
        assertThat(config(0.5, "v1.36.2", "a=127.0.0.2").toString()).doesNotContain("hush hush");
        assertThatThrownBy(() -> SshAccess.everyLogin("hush\nhush"))
                .message()
                .doesNotContain("hush");
    }

    @Test
    void writesFaultsAsTheStandInsReadThem() {
        assertThat(Fault.failOnce("kubeadm", "init/certs", 3, "all is lost").line())
                .isEqualTo("fail kubeadm init/certs 1 3 all is lost");
        assertThat(Fault.slow("*", "*", 9).line()).isEqualTo("slow * * - 9");
        assertThatThrownBy(() -> Fault.fail("kubeadm", "init certs", 1, ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fault.fail("kubeadm", "init", 1, "a\nb"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
