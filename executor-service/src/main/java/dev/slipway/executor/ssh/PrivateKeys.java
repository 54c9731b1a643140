package dev.slipway.executor.ssh;

import dev.slipway.contracts.order.SshCredential;
import dev.slipway.contracts.outcome.ReasonCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Optional;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.security.SecurityUtils;

/// Reads private keys: OpenSSH, PKCS#8, PKCS#1 and SEC1, with or without passphrase.
final class PrivateKeys {
    private PrivateKeys() {}

    /// The key pair with the certificate in the place of the public key, as the client wants it.
    static KeyPair read(SshCredential.Certified credential, Stop stop) {
        KeyPair own = read(new SshCredential.Key(credential.privateKey(), Optional.empty()), stop);
        return new KeyPair(UserCertificates.read(credential), own.getPrivate());
    }

    static KeyPair read(SshCredential.Key credential, Stop stop) {
        FilePasswordProvider passphrase =
                credential
                        .passphrase()
                        .map(FilePasswordProvider::of)
                        .orElse(FilePasswordProvider.EMPTY);
        byte[] text = credential.privateKey().getBytes(StandardCharsets.UTF_8);
        try {
            Iterable<KeyPair> pairs =
                    SecurityUtils.loadKeyPairIdentities(
                            null,
                            NamedResource.ofName(stop.credentialName().value()),
                            new ByteArrayInputStream(text),
                            passphrase);
            if (pairs != null) {
                for (KeyPair pair : pairs) {
                    return pair;
                }
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // What a parser says may quote what it read: it is left out.
            throw unreadable(stop, credential.passphrase().isPresent());
        }
        throw unreadable(stop, credential.passphrase().isPresent());
    }

    private static SshFailure unreadable(Stop stop, boolean passphrase) {
        return new SshFailure(
                ReasonCode.AUTHENTICATION_FAILED,
                "cannot sign in to %s as \"%s\": the private key \"%s\" can't be read (%s): send it again, in OpenSSH or PEM form and with its passphrase"
                        .formatted(
                                stop,
                                stop.user(),
                                stop.credentialName(),
                                passphrase
                                        ? "wrong passphrase or unknown format"
                                        : "passphrase missing or unknown format"));
    }
}
