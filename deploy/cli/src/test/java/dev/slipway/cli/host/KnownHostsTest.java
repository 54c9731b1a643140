package dev.slipway.cli.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownHostsTest {
    private static final String KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

    @TempDir Path directory;

    @Test
    void findsPlainAndPortedEntriesAndLeavesOutOtherHostsAndRevokedKeys() throws IOException {
        Path file = directory.resolve("known_hosts");
        Files.writeString(
                file,
                """
                10.0.0.1 %1$s
                [10.0.0.2]:2222,[other]:2222 %1$s
                @revoked 10.0.0.3 %1$s
                @cert-authority *.example.org %1$s
                fd00::7,[fd00::8]:2222 %1$s
                """
                        .formatted(KEY));

        assertThat(KnownHosts.keys(file, "10.0.0.1", 22)).containsExactly(KEY);
        assertThat(KnownHosts.keys(file, "10.0.0.2", 2222)).containsExactly(KEY);
        assertThat(KnownHosts.keys(file, "10.0.0.2", 22)).isEmpty();
        assertThat(KnownHosts.keys(file, "10.0.0.3", 22)).isEmpty();
        assertThat(KnownHosts.keys(file, "cp-1.example.org", 22))
                .containsExactly("@cert-authority " + KEY);
        assertThat(KnownHosts.keys(file, "fd00::7", 22)).containsExactly(KEY);
        assertThat(KnownHosts.keys(file, "fd00::8", 2222)).containsExactly(KEY);
        assertThat(KnownHosts.keys(directory.resolve("none"), "10.0.0.1", 22)).isEmpty();
    }
}
