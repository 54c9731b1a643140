package dev.slipway.cert.credential;

import dev.slipway.contracts.order.SshCredential;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.security.auth.login.FailedLoginException;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.security.SecurityUtils;

/// Whether an SSH credential can be used at all, found out with the library that will use it.
final class CredentialCheck {
    private static final int MAX_LENGTH = 64 * 1024;

    private CredentialCheck() {}

    /// Takes as long as the key's own derivation function wants (up to seconds of CPU): never on an
    /// event loop.
    ///
    /// @return what is wrong and what to do, without any part of the credential; empty if nothing
    ///   is
    static Optional<String> problem(SshCredential credential) {
        return switch (credential) {
            // JSON may leave out what a record wants.
            case SshCredential.Password(String password) when password == null ->
                    Optional.of("ssh.password is missing");
            case SshCredential.Key(String key, _) when key == null ->
                    Optional.of("ssh.privateKey is missing: send the text of a private key file");
            case SshCredential.Certificate() -> Optional.empty();
            case SshCredential.Certified _ ->
                    Optional.of(
                            "ssh.kind \"certified\" is what is handed out: store a \"certificate\", which is issued for each order");
            case SshCredential.Password(String password) -> passwordProblem("password", password);
            case SshCredential.Key(String key, Optional<String> passphrase) ->
                    keyProblem(key, passphrase);
        };
    }

    /// @param field named in the message
    static Optional<String> passwordProblem(String field, String password) {
        if (password.isEmpty() || password.length() > 1024) {
            return Optional.of(
                    "%s has %d characters: expected 1 to 1024".formatted(field, password.length()));
        }
        if (password.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
            return Optional.of(
                    "%s holds a line end or a NUL, which cannot be typed: leave it out"
                            .formatted(field));
        }
        return Optional.empty();
    }

    private static Optional<String> keyProblem(String key, Optional<String> passphrase) {
        if (key.length() > MAX_LENGTH) {
            return Optional.of(
                    "ssh.privateKey has %d characters: a private key file has at most %d"
                            .formatted(key.length(), MAX_LENGTH));
        }
        if (key.contains("PuTTY-User-Key-File")) {
            return Optional.of(
                    "ssh.privateKey is a PuTTY key: convert it with `puttygen KEY -O private-openssh`");
        }
        var asked = new PassphraseOnce(passphrase);
        try {
            var keys =
                    SecurityUtils.loadKeyPairIdentities(
                            null,
                            NamedResource.ofName("ssh.privateKey"),
                            new ByteArrayInputStream(key.getBytes(StandardCharsets.UTF_8)),
                            asked);
            if (keys != null && keys.iterator().hasNext()) {
                return Optional.empty();
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // Not told: a parser's message may repeat what it read.
            if (asked.wasAsked) {
                return Optional.of(asked.problem());
            }
        }
        return Optional.of(
                asked.wasAsked
                        ? asked.problem()
                        : "ssh.privateKey is no private key: expected an unchanged OpenSSH, PKCS#8, PKCS#1 or SEC1 file, not a public key");
    }

    /// Remembers whether the key wanted a passphrase, to tell a missing from a wrong one.
    private static final class PassphraseOnce implements FilePasswordProvider {
        private final Optional<String> passphrase;
        private boolean wasAsked;

        private PassphraseOnce(Optional<String> passphrase) {
            this.passphrase = passphrase;
        }

        @Override
        public String getPassword(
                org.apache.sshd.common.session.SessionContext session,
                NamedResource resource,
                int retry)
                throws IOException {
            wasAsked = true;
            return passphrase.orElseThrow(() -> new IOException(new FailedLoginException()));
        }

        private String problem() {
            return passphrase.isPresent()
                    ? "ssh.passphrase does not open ssh.privateKey: check it"
                    : "ssh.privateKey is encrypted and ssh.passphrase is missing: send it too, or use a key without passphrase";
        }
    }
}
