package dev.slipway.testkit;

import dev.slipway.local.database.PostgresServer;
import dev.slipway.local.files.PrivateFile;
import dev.slipway.local.process.ProcessStamp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The folder of this JVM's test stack. Its name tells the process that owns it, so that the next
/// test run can clear away what a killed one left.
final class TestFolder {

    private static final String PREFIX = "slipway-testkit-";
    // A system property, since several class loaders share the folder.
    private static final String PROPERTY = "slipway.testkit.folder";

    private TestFolder() {}

    static Path current() {
        synchronized (System.getProperties()) {
            String known = System.getProperty(PROPERTY);
            if (known != null) {
                return Path.of(known);
            }
            removeLeftBehind();
            ProcessStamp self = ProcessStamp.self();
            Path made =
                    PrivateFile.directory(
                            temporary().resolve(PREFIX + self.pid() + "-" + self.startTicks()));
            System.setProperty(PROPERTY, made.toString());
            return made;
        }
    }

    /// PostgreSQL's programs, unpacked once per user.
    static Path binaries() {
        return Path.of(System.getProperty("user.home"), ".cache", "slipway");
    }

    static void remove() {
        try {
            PrivateFile.deleteTree(current());
        } catch (UncheckedIOException e) {
            // The broker and the database still write while the JVM ends; the next run removes the
            // rest.
            System.getLogger(TestFolder.class.getName())
                    .log(System.Logger.Level.DEBUG, "kept \"" + current() + "\"", e);
        }
    }

    private static void removeLeftBehind() {
        for (Path folder : siblings()) {
            String[] owner = folder.getFileName().toString().substring(PREFIX.length()).split("-");
            boolean alive =
                    ProcessStamp.of(Long.parseLong(owner[0]))
                            .filter(stamp -> stamp.startTicks() == Long.parseLong(owner[1]))
                            .isPresent();
            if (!alive) {
                PostgresServer.endLeftBehind(folder.resolve("database"));
                PrivateFile.deleteTree(folder);
            }
        }
    }

    private static List<Path> siblings() {
        try (var folders = Files.list(temporary())) {
            return folders.filter(
                            folder -> folder.getFileName().toString().matches(PREFIX + "\\d+-\\d+"))
                    .filter(Files::isWritable)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list \"" + temporary() + "\"", e);
        }
    }

    private static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }
}
