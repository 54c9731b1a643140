package dev.slipway.planner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostKeyTest {
    private static final String BLOB =
            "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

    /// GitHub publishes this key and its fingerprint.
    @Test
    void showsTheFingerprintThatOpenSshShows() {
        assertThat(HostKey.of("ssh-ed25519 " + BLOB + " root@host").fingerprint())
                .isEqualTo("SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ssh-ed25519",
                "ssh-ed25519 !!!",
                "ssh-rsa " + BLOB,
                "ssh-dss " + BLOB,
                "ssh-ed25519 AAAA",
                BLOB
            })
    void refusesWhatIsNoHostKey(String text) {
        assertThatThrownBy(() -> HostKey.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no SSH host key");
    }
}
