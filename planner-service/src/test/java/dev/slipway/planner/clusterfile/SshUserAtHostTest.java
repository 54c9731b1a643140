package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.id.HostAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SshUserAtHostTest {
    @ParameterizedTest
    @CsvSource({
        "root@10.0.0.1, root, 10.0.0.1, 22",
        "10.0.0.1, root, 10.0.0.1, 22",
        "ops@host.example:2222, ops, host.example, 2222",
        "ops@[fd00::1]:2222, ops, fd00::1, 2222",
        "fd00::1, root, fd00::1, 22",
        "[fd00::1], root, fd00::1, 22",
        "ops@::1, ops, ::1, 22",
        "ops@FD00:0:0::0:1, ops, fd00::1, 22"
    })
    void readsWhatPeopleWriteForSsh(String text, String user, String address, int port) {
        assertThat(SshUserAtHost.parse(text))
                .contains(new SshUserAtHost(user, new HostAddress(address, port)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "root@",
                "a b",
                "root@10.0.0.1:0",
                "root@10.0.0.1:99999",
                "root@$(id)",
                "fd00::1::2",
                "a@b@c",
                "[fd00::1"
            })
    void refusesAnythingElse(String text) {
        assertThat(SshUserAtHost.parse(text)).isEmpty();
    }
}
