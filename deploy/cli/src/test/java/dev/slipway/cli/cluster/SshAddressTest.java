package dev.slipway.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SshAddressTest {
    @ParameterizedTest
    @CsvSource({
        "root@10.0.0.1, root, 10.0.0.1, 22",
        "10.0.0.1, root, 10.0.0.1, 22",
        "ops@host.example:2222, ops, host.example, 2222",
        "ops@[fd00::1]:2222, ops, fd00::1, 2222",
        "fd00::1, root, fd00::1, 22"
    })
    void readsWhatPeopleWriteForSsh(String text, String user, String address, int port) {
        assertThat(SshAddress.parse(text)).isEqualTo(new SshAddress(user, address, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "root@", "a b", "root@10.0.0.1:0", "root@10.0.0.1:99999", "root@$(id)"})
    void refusesAnythingElseAndShowsTheForm(String text) {
        assertThatThrownBy(() -> SshAddress.parse(text))
                .hasMessageContaining(text)
                .hasMessageContaining("expected");
    }
}
