package dev.slipway.simulator.ssh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.EnumSet;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.apache.sshd.common.keyprovider.KeyPairProvider;

/// Ed25519 keys in OpenSSH's own file format.
public final class KeyFiles {

    private KeyFiles() {}

    /// Reads the pair in `file`, making it (mode 0600) and its `.pub` first if there is none.
    public static KeyPair loadOrCreate(Path file, String comment) {
        try {
            return Files.exists(file) ? load(file) : create(file, comment);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("cannot read or make the SSH key " + file, e);
        }
    }

    private static KeyPair load(Path file) {
        return new FileKeyPairProvider(file).loadKeys(null).iterator().next();
    }

    private static KeyPair create(Path file, String comment)
            throws IOException, GeneralSecurityException {
        KeyPair pair = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
        try (OutputStream out =
                Files.newOutputStream(
                        Files.createFile(
                                file,
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rw-------"))),
                        EnumSet.of(StandardOpenOption.WRITE).toArray(StandardOpenOption[]::new))) {
            out.write(text(pair, comment).getBytes(StandardCharsets.US_ASCII));
        }
        Files.writeString(
                file.resolveSibling(file.getFileName() + ".pub"),
                line(pair.getPublic()) + " " + comment + "\n",
                StandardCharsets.UTF_8);
        return pair;
    }

    /// The private key as its file has it.
    static String text(KeyPair pair, String comment) {
        try (ByteArrayOutputStream pem = new ByteArrayOutputStream()) {
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, comment, null, pem);
            return pem.toString(StandardCharsets.US_ASCII);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("cannot write the SSH key of " + comment, e);
        }
    }

    /// The key as in `authorized_keys`: `ssh-ed25519 AAAA…`.
    public static String line(PublicKey key) {
        return PublicKeyEntry.toString(key);
    }

    /// `SHA256:` and base64, as `ssh-keygen -l` prints it.
    public static String fingerprint(PublicKey key) {
        return String.valueOf(KeyUtils.getFingerPrint(key));
    }
}
