package dev.slipway.cert.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
    private static final byte[] SECRET = "a data key".getBytes(StandardCharsets.UTF_8);
    private static final byte[] CONTEXT = "tenant a".getBytes(StandardCharsets.UTF_8);

    @TempDir Path folder;
    private Path file = Path.of("");

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("keys/vault.json");
    }

    @Test
    void makesAMissingFileThatOnlyItsOwnerMayReadAndKeepsIt() throws Exception {
        byte[] wrapped = KeyFile.open(file, true).wrap(SECRET, CONTEXT);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(KeyFile.open(file, true).unwrap(wrapped, CONTEXT)).isEqualTo(SECRET);
    }

    @Test
    void saysWhatToDoAboutAMissingFile() {
        assertThatThrownBy(() -> KeyFile.open(file, false))
                .isInstanceOf(VaultFailure.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("slipway.vault.create-key-file=true");
    }

    @Test
    void refusesAFileThatOthersMayRead() throws Exception {
        KeyFile.open(file, true);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(() -> KeyFile.open(file, true))
                .isInstanceOf(VaultFailure.class)
                .hasMessageContaining("chmod 600");
    }

    @Test
    void refusesJunkWithoutRepeatingIt() throws Exception {
        KeyFile.open(file, true);
        Files.writeString(file, "{\"key\":[{\"TOPSECRET\"");

        assertThatThrownBy(() -> KeyFile.open(file, true))
                .isInstanceOf(VaultFailure.class)
                .hasNoCause()
                .hasMessageContaining("no Tink keyset")
                .hasMessageNotContaining("TOPSECRET");
    }

    @Test
    void bindsWhatItWrapsToItsContext() {
        var keys = KeyFile.open(file, true);
        byte[] wrapped = keys.wrap(SECRET, CONTEXT);

        assertThatThrownBy(() -> keys.unwrap(wrapped, "tenant b".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(VaultFailure.class)
                .hasMessageContaining("restore the key file");
    }

    @Test
    void unwrapsWithTheLastTwoKeysAndForgetsOlderOnes() {
        var keys = KeyFile.open(file, true);
        var otherProcess = KeyFile.open(file, false);
        String first = keys.keyId();
        byte[] wrappedByFirst = keys.wrap(SECRET, CONTEXT);

        keys.rotate();

        assertThat(keys.keyId()).isNotEqualTo(first).isEqualTo(otherProcess.keyId());
        byte[] wrappedBySecond = otherProcess.wrap(SECRET, CONTEXT);
        assertThat(keys.unwrap(wrappedByFirst, CONTEXT)).isEqualTo(SECRET);

        keys.rotate();

        assertThat(otherProcess.unwrap(wrappedBySecond, CONTEXT)).isEqualTo(SECRET);
        assertThatThrownBy(() -> keys.unwrap(wrappedByFirst, CONTEXT))
                .isInstanceOf(VaultFailure.class);
        assertThat(folder.resolve("keys")).isDirectoryNotContaining("glob:**.next");
    }
}
