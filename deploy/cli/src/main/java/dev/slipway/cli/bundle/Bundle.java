package dev.slipway.cli.bundle;

import dev.slipway.cli.CommandFailure;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.ContentDigest;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// A bundle as a file: a tar of an index and the files it lists, nothing else. It is whole or not
/// there.
final class Bundle {
    private static final int MOST_INDEX_BYTES = 1024 * 1024;

    private Bundle() {}

    /// @param content of each entry, a file of its size
    /// @throws IOException if a file cannot be read or the bundle not written
    static void write(Path bundle, BundleIndex index, Function<BundleIndex.Entry, Path> content)
            throws IOException {
        Path part = bundle.resolveSibling(bundle.getFileName() + ".part");
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(part));
                var tar = new TarArchiveOutputStream(file)) {
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            byte[] list = Wire.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(index);
            begin(tar, BundleIndex.NAME, list.length);
            tar.write(list);
            tar.closeArchiveEntry();
            for (BundleIndex.Entry entry : index.files()) {
                begin(tar, entry.name(), entry.size());
                Files.copy(content.apply(entry), tar);
                tar.closeArchiveEntry();
            }
        }
        Files.move(part, bundle, StandardCopyOption.REPLACE_EXISTING);
    }

    /// The same bytes for the same files, whenever and by whomever it is made.
    private static void begin(TarArchiveOutputStream tar, String name, long size)
            throws IOException {
        var entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setMode(0644);
        entry.setModTime(0L);
        entry.setUserId(0L);
        entry.setGroupId(0L);
        tar.putArchiveEntry(entry);
    }

    /// Reads all of it, checks it against its index, and hands out one file after the other.
    ///
    /// @param folder where a file is put for as long as it is looked at
    /// @param each is given an entry and its file
    /// @throws CommandFailure if it is no bundle, is not whole, or was changed
    static BundleIndex read(Path bundle, Path folder, BiConsumer<BundleIndex.Entry, Path> each) {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(bundle));
                var tar = new TarArchiveInputStream(file)) {
            BundleIndex index = index(bundle, tar);
            var missing = new ArrayList<>(index.files());
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                BundleIndex.Entry known = take(bundle, missing, entry.getName());
                if (entry.getSize() != known.size()) {
                    throw broken(
                            bundle,
                            "%s has %d bytes, its index says %d"
                                    .formatted(known.from(), entry.getSize(), known.size()));
                }
                Path content = folder.resolve(known.sha256().value());
                Files.copy(tar, content, StandardCopyOption.REPLACE_EXISTING);
                check(bundle, known, content);
                each.accept(known, content);
                Files.deleteIfExists(content);
            }
            if (!missing.isEmpty()) {
                throw broken(bundle, "it ends before " + missing.getFirst().from());
            }
            return index;
        } catch (IOException e) {
            throw broken(bundle, String.valueOf(e.getMessage()));
        }
    }

    private static BundleIndex index(Path bundle, TarArchiveInputStream tar) throws IOException {
        TarArchiveEntry first = tar.getNextEntry();
        if (first == null || !first.getName().equals(BundleIndex.NAME)) {
            throw broken(bundle, "it does not begin with an index");
        }
        BundleIndex index;
        try {
            index = Wire.read(tar.readNBytes(MOST_INDEX_BYTES), BundleIndex.class);
        } catch (IllegalArgumentException _) {
            throw broken(bundle, "its index cannot be read");
        }
        if (index.format() != BundleIndex.FORMAT) {
            throw broken(
                    bundle,
                    "its format is %d, this command line knows %d"
                            .formatted(index.format(), BundleIndex.FORMAT));
        }
        return index;
    }

    private static BundleIndex.Entry take(
            Path bundle, List<BundleIndex.Entry> missing, String name) {
        Optional<BundleIndex.Entry> known =
                missing.stream().filter(e -> e.name().equals(name)).findFirst();
        known.ifPresent(missing::remove);
        return known.orElseThrow(
                () -> broken(bundle, "\"%s\" is not in its index".formatted(name)));
    }

    private static void check(Path bundle, BundleIndex.Entry entry, Path content)
            throws IOException {
        ContentDigest found = Download.digest(content);
        if (!found.equals(entry.sha256())) {
            throw broken(
                    bundle,
                    "%s has the SHA-256 %s, its index says %s"
                            .formatted(entry.from(), found, entry.sha256()));
        }
    }

    private static CommandFailure broken(Path bundle, String why) {
        return CommandFailure.failed(
                "\"%s\" is no whole bundle (%s): make it again with `slipway bundle create`, or copy it again"
                        .formatted(bundle, why));
    }
}
