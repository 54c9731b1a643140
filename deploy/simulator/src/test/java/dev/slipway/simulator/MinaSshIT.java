package dev.slipway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MinaSshIT extends SshServerContract {

    @RegisterExtension static final SimulatedHosts HOSTS = new SimulatedHosts(5, 2);

    @Override
    SimulatedHosts hosts() {
        return HOSTS;
    }

    @Test
    void reportsAShellThatASignalKilled() {
        assertThat(ssh().run("w1", "kill -KILL $$").exitCode()).isEqualTo(137);
    }
}
