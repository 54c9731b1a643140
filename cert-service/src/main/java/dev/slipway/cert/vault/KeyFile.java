package dev.slipway.cert.vault;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.EnumSet;
import java.util.Set;

/// The key-encryption key as a Tink keyset (JSON, AES-256-GCM) in a file that only its owner may
/// read. The file is read at each use, so that several processes may share it and see a rotation at
/// once.
final class KeyFile implements KeyEncryption {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final int KEPT_KEYS = 2;

    private final Path file;

    private KeyFile(Path file) {
        this.file = file;
    }

    /// @param create whether a missing file is made
    /// @throws VaultFailure if the file is missing, readable by others or no keyset, saying what to
    ///   do
    static KeyFile open(Path file, boolean create) {
        var keyFile = new KeyFile(file);
        if (create && !Files.exists(file)) {
            keyFile.create();
        }
        keyFile.read();
        return keyFile;
    }

    @Override
    public byte[] wrap(byte[] dataKey, byte[] context) {
        try {
            return AesGcm.of(read()).encrypt(dataKey, context);
        } catch (GeneralSecurityException e) {
            throw new VaultFailure("cannot wrap a data key with %s".formatted(file), e);
        }
    }

    @Override
    public byte[] unwrap(byte[] wrapped, byte[] context) {
        try {
            return AesGcm.of(read()).decrypt(wrapped, context);
        } catch (GeneralSecurityException e) {
            throw new VaultFailure(
                    "cannot unwrap a data key with %s: restore the key file that belongs to this database"
                            .formatted(file),
                    e);
        }
    }

    @Override
    public String keyId() {
        return Integer.toUnsignedString(read().getPrimary().getId());
    }

    @Override
    public synchronized void rotate() {
        KeysetHandle before = read();
        try {
            KeysetHandle.Builder keys = KeysetHandle.newBuilder(before);
            while (keys.size() >= KEPT_KEYS) {
                keys.deleteAt(0);
            }
            keys.addEntry(AesGcm.newKey());
            replace(keys.build());
        } catch (GeneralSecurityException e) {
            throw new VaultFailure("cannot add a key to %s".formatted(file), e);
        }
    }

    private void create() {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            write(file, AesGcm.newKeyset());
        } catch (FileAlreadyExistsException e) {
            // Another process of this service made it first; its key is as good.
        } catch (IOException | GeneralSecurityException e) {
            throw new VaultFailure("cannot make the key file %s: %s".formatted(file, e), e);
        }
    }

    private void replace(KeysetHandle keys) {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            Files.deleteIfExists(next);
            write(next, keys);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | GeneralSecurityException e) {
            throw new VaultFailure("cannot replace the key file %s: %s".formatted(file, e), e);
        }
    }

    private static void write(Path path, KeysetHandle keys)
            throws IOException, GeneralSecurityException {
        byte[] json =
                TinkJsonProtoKeysetFormat.serializeKeyset(
                                keys, RegistryConfiguration.get(), InsecureSecretKeyAccess.get())
                        .getBytes(StandardCharsets.UTF_8);
        try (var channel =
                FileChannel.open(
                        path,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            var bytes = ByteBuffer.wrap(json);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private KeysetHandle read() {
        try {
            if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
                throw new VaultFailure(
                        "the key file %s may be read by others: chmod 600 it".formatted(file));
            }
            return TinkJsonProtoKeysetFormat.parseKeyset(
                    Files.readString(file),
                    RegistryConfiguration.get(),
                    InsecureSecretKeyAccess.get());
        } catch (NoSuchFileException e) {
            throw new VaultFailure(
                    "there is no key file %s: restore it, or for a new installation set slipway.vault.create-key-file=true"
                            .formatted(file),
                    e);
        } catch (IOException e) {
            throw new VaultFailure("cannot read the key file %s: %s".formatted(file, e), e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // The cause is left out: a parser's message may repeat what it read.
            throw new VaultFailure(
                    "the key file %s is no Tink keyset: restore it from its backup"
                            .formatted(file));
        }
    }
}
