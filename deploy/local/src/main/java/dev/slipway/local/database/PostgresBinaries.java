package dev.slipway.local.database;

import dev.slipway.local.files.PrivateFile;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLConnection;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/// PostgreSQL's programs, unpacked from the archive on the class path that fits this machine.
final class PostgresBinaries {

    private static final Set<PosixFilePermission> EXECUTABLE =
            PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> PLAIN =
            PosixFilePermissions.fromString("rw-r--r--");

    private final Path root;

    private PostgresBinaries(Path root) {
        this.root = root;
    }

    /// Unpacks below `cache` unless that was done before. The archive's size is part of the
    /// folder's name, so another version of the binaries gets another folder. Several processes may
    /// do it at once.
    static PostgresBinaries in(Path cache) {
        String archive = archive();
        try (InputStream packed = PostgresBinaries.class.getResourceAsStream(archive)) {
            if (packed == null) {
                throw new IllegalStateException(
                        "no PostgreSQL binaries \"%s\" on the class path: this machine is a %s %s, and only Linux on x86_64 and aarch64 is packed"
                                .formatted(
                                        archive,
                                        System.getProperty("os.name"),
                                        System.getProperty("os.arch")));
            }
            Path root = cache.resolve("postgres-" + Integer.toHexString(fingerprint()));
            if (!Files.isDirectory(root)) {
                unpack(packed, cache, root);
            }
            return new PostgresBinaries(root);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot unpack PostgreSQL below \"" + cache + "\": is the disk full?", e);
        }
    }

    /// One of `postgres`, `initdb`, `pg_ctl`.
    Path program(String name) {
        return root.resolve("bin").resolve(name);
    }

    private static String archive() {
        String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        boolean arm = machine.equals("aarch64") || machine.equals("arm64");
        return "/postgres-linux-" + (arm ? "arm_64" : "x86_64") + ".txz";
    }

    private static int fingerprint() throws IOException {
        URLConnection archive =
                Objects.requireNonNull(PostgresBinaries.class.getResource(archive()))
                        .openConnection();
        return Long.hashCode(archive.getContentLengthLong() * 31 + archive.getLastModified());
    }

    private static void unpack(InputStream packed, Path cache, Path root) throws IOException {
        PrivateFile.directory(cache);
        Path draft = Files.createTempDirectory(cache, ".postgres-");
        try (TarArchiveInputStream archive =
                new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(packed)))) {
            for (TarArchiveEntry entry = archive.getNextEntry();
                    entry != null;
                    entry = archive.getNextEntry()) {
                unpack(entry, archive, draft);
            }
        }
        moveUnlessThere(draft, root);
    }

    private static void unpack(TarArchiveEntry entry, InputStream content, Path draft)
            throws IOException {
        Path target = draft.resolve(entry.getName()).normalize();
        if (!target.startsWith(draft)) {
            throw new IOException("entry \"" + entry.getName() + "\" leaves the archive");
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.resolveSibling(""));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            Files.createLink(target, draft.resolve(entry.getLinkName()).normalize());
        } else {
            Files.copy(content, target);
            Files.setPosixFilePermissions(
                    target, (entry.getMode() & 0100) != 0 ? EXECUTABLE : PLAIN);
        }
    }

    private static void moveUnlessThere(Path draft, Path root) throws IOException {
        try {
            Files.move(draft, root);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            // Another process was faster; its copy is as good.
            PrivateFile.deleteTree(draft);
        }
    }
}
