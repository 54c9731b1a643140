package dev.slipway.cert.sshca;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.security.SecurityUtils;

/// Ed25519 key pairs in OpenSSH's forms.
final class SshKey {
    private SshKey() {}

    static KeyPair generate() {
        try {
            return KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot make an Ed25519 key pair", e);
        }
    }

    /// An OpenSSH private key file without passphrase.
    static byte[] privateText(KeyPair pair) {
        var text = new ByteArrayOutputStream();
        try {
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "slipway", null, text);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("cannot write an Ed25519 private key", e);
        }
        return text.toByteArray();
    }

    /// @throws IllegalArgumentException if it is no private key; the message repeats none of it
    static KeyPair read(byte[] privateText) {
        try {
            Iterable<KeyPair> pairs =
                    SecurityUtils.loadKeyPairIdentities(
                            null,
                            NamedResource.ofName("ssh-ca"),
                            new ByteArrayInputStream(privateText),
                            FilePasswordProvider.EMPTY);
            return pairs.iterator().next();
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new IllegalArgumentException("the SSH authority's private key can't be read");
        }
    }

    /// `type base64`.
    static String publicText(PublicKey key) {
        var text = new StringBuilder();
        try {
            PublicKeyEntry.appendPublicKeyEntry(text, key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /// As `ssh-keygen -l` shows it.
    static String fingerprint(PublicKey key) {
        return String.valueOf(KeyUtils.getFingerPrint(key));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
