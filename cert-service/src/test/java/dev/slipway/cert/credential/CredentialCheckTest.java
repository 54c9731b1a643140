package dev.slipway.cert.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.order.SshCredential;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialCheckTest {
    private static final String PASSPHRASE = "correct horse";

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-t ed25519",
                "-t rsa -b 2048",
                "-t ecdsa -b 256",
                "-t rsa -b 2048 -m PEM",
                "-t rsa -b 2048 -m PKCS8",
                "-t ecdsa -b 384 -m PEM",
                "-t ecdsa -b 384 -m PKCS8"
            })
    void takesEveryFormOfKeyWithAndWithoutPassphrase(String form) throws Exception {
        String open = generate(form, "");
        String locked = generate(form, PASSPHRASE);

        assertThat(problem(open, Optional.empty())).as(form).isEmpty();
        assertThat(problem(locked, Optional.of(PASSPHRASE))).as(form + " locked").isEmpty();
        assertThat(problem(locked, Optional.of("wrong")))
                .hasValueSatisfying(
                        p -> assertThat(p).contains("does not open").doesNotContain("wrong"));
        assertThat(problem(locked, Optional.empty()))
                .hasValueSatisfying(p -> assertThat(p).contains("ssh.passphrase is missing"));
    }

    @Test
    void refusesWhatIsNoPrivateKeyWithoutRepeatingIt() throws Exception {
        String key = generate("-t ed25519", "");
        String publicKey = Files.readString(folder.resolve("key.pub"));
        String cut = key.substring(0, key.length() / 2);

        for (String text :
                List.of(
                        "",
                        "hello TOPSECRET",
                        publicKey,
                        cut,
                        "-----BEGIN OPENSSH PRIVATE KEY-----\nTOPSECRET\n-----END OPENSSH PRIVATE KEY-----\n")) {
            assertThat(problem(text, Optional.empty()))
                    .as(text)
                    .hasValueSatisfying(p ->
                            assertThat(p)
                                    .contains("is no private key")
                                    .doesNotContain("TOPSECRET"));
        }
        assertThat(problem("PuTTY-User-Key-File-3: ssh-ed25519", Optional.empty()))
                .hasValueSatisfying(p -> assertThat(p).contains("puttygen"));
    }

    @Test
    void refusesPasswordsThatCannotBeTyped() {
        assertThat(CredentialCheck.problem(new SshCredential.Password("s3cret pass"))).isEmpty();
        for (String bad : List.of("", "two\nlines", "nul\0", "x".repeat(1025))) {
            assertThat(CredentialCheck.problem(new SshCredential.Password(bad)))
                    .hasValueSatisfying(p -> assertThat(p).startsWith("password "));
        }
    }

    private static Optional<String> problem(String key, Optional<String> passphrase) {
        return CredentialCheck.problem(new SshCredential.Key(key, passphrase));
    }

    private String generate(String form, String passphrase) throws Exception {
        Path file = folder.resolve("key");
        Files.deleteIfExists(file);
        Files.deleteIfExists(folder.resolve("key.pub"));
        var command = new ArrayList<>(List.of("ssh-keygen", "-q", "-f", file.toString()));
        command.addAll(List.of("-a", "2", "-N", passphrase));
        command.addAll(List.of(form.split(" ")));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return Files.readString(file);
    }
}
