package dev.slipway.simulator.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// The shell programs of this module, unpacked to a directory that hosts mount read-only.
final class Toolbox {

    private static final String RESOURCES = "/dev/slipway/simulator/";
    private static final List<String> PARTS = List.of("boot", "lib", "layer");

    private Toolbox() {}

    /// Unpacks into `directory`, replacing what an earlier version left there.
    static void unpack(Path directory) throws IOException {
        Directories.delete(directory);
        Files.createDirectories(directory);
        for (String part : PARTS) {
            URI uri = resource(part);
            if (uri.getScheme().equals("jar")) {
                // One of its own: by its address there is one in a process, and fleets may start at
                // once.
                try (FileSystem jar = FileSystems.newFileSystem(jarFile(uri))) {
                    copy(jar.getPath(RESOURCES + part), directory.resolve(part));
                }
            } else {
                copy(Path.of(uri), directory.resolve(part));
            }
        }
        openToEveryone(directory);
    }

    private static Path jarFile(URI resource) {
        String text = resource.getRawSchemeSpecificPart();
        return Path.of(URI.create(text.substring(0, text.indexOf("!/"))));
    }

    private static URI resource(String part) {
        try {
            return Objects.requireNonNull(
                            Toolbox.class.getResource(RESOURCES + part),
                            () -> "resource " + RESOURCES + part)
                    .toURI();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path source : (Iterable<Path>) tree::iterator) {
                Path target = to.resolve(from.relativize(source).toString());
                if (Files.isDirectory(source)) {
                    Files.createDirectories(target);
                } else {
                    try (InputStream bytes = Files.newInputStream(source)) {
                        Files.copy(bytes, target, StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
        }
    }

    /// Hosts run under other uids and jars keep no modes: everything readable, what stands in a bin
    /// directory executable.
    private static void openToEveryone(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            tree.forEach(path -> {
                boolean program =
                        Files.isDirectory(path) || String.valueOf(path.getParent()).endsWith("bin");
                try {
                    Files.setPosixFilePermissions(
                            path,
                            PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
