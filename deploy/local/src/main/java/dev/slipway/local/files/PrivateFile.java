package dev.slipway.local.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/// Writes files with mode 0600 and directories with mode 0700. A reader sees the old content or the
/// new one, never a part of it, also after a power cut: the content is synced before it takes the
/// name.
public final class PrivateFile {

    static final FileAttribute<?> OWNER_READS_AND_WRITES =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> OWNER_ENTERS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private PrivateFile() {}

    /// Replaces the content of `file`; the directories above it are made with mode 0700 where they
    /// are missing.
    public static void write(Path file, String content) {
        write(file, content.getBytes(UTF_8));
    }

    /// Replaces the content of `file`, as [#write(Path, String)] does.
    public static void write(Path file, byte[] content) {
        Path folder = directory(file.toAbsolutePath().resolveSibling(""));
        String suffix = Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36);
        Path draft = folder.resolve("." + file.getFileName() + "." + suffix);
        try {
            try (FileChannel channel =
                    FileChannel.open(draft, Set.of(CREATE_NEW, WRITE), OWNER_READS_AND_WRITES)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(draft, file, ATOMIC_MOVE, REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write \"" + file + "\"", e);
        }
    }

    /// Replaces the content of `file` with the settings in order of their keys, in Java's
    /// properties format.
    public static void write(Path file, Map<String, String> settings) {
        Properties properties = new Properties();
        properties.putAll(settings);
        StringWriter text = new StringWriter();
        try {
            properties.store(text, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        StringBuilder lines = new StringBuilder();
        // The first line is a time stamp, which would make equal settings look different.
        text.toString()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .sorted()
                .forEach(line -> lines.append(line).append('\n'));
        write(file, lines.toString());
    }

    /// The settings in `file`, or none if there is no such file.
    public static Map<String, String> read(Path file) {
        Map<String, String> settings = new TreeMap<>();
        try {
            if (Files.exists(file)) {
                Properties properties = new Properties();
                properties.load(new StringReader(Files.readString(file)));
                properties.forEach((key, value) -> settings.put((String) key, (String) value));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read \"" + file + "\"", e);
        }
        return settings;
    }

    /// Makes the directory, and those above it, with mode 0700 where they are missing.
    public static Path directory(Path directory) {
        try {
            return Files.createDirectories(directory, OWNER_ENTERS);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make directory \"" + directory + "\"", e);
        }
    }

    /// Takes all rights from everybody but the owner of an existing directory.
    public static void restrict(Path directory) {
        try {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot shut \"" + directory + "\" to others", e);
        }
    }

    /// Removes `root` and everything below it; does nothing if it is not there. Symbolic links are
    /// not followed.
    public static void deleteTree(Path root) {
        if (!Files.exists(root, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove \"" + root + "\"", e);
        }
    }
}
