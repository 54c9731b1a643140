package dev.slipway.local.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFileTest {

    @TempDir Path folder;

    @Test
    void onlyTheOwnerReadsTheFileAndEntersItsFolder() throws IOException {
        Path file = folder.resolve("deep/secret");

        PrivateFile.write(file, "x");

        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(mode(folder.resolve("deep"))).isEqualTo("rwx------");
    }

    @Test
    void replacesAReadableFileByAPrivateOne() throws IOException {
        Path file = Files.writeString(folder.resolve("open"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        PrivateFile.write(file, "new");

        assertThat(file).hasContent("new");
        assertThat(mode(file)).isEqualTo("rw-------");
    }

    @Test
    void leavesNoDraftBehind() throws IOException {
        PrivateFile.write(folder.resolve("one"), "x");

        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("one"));
        }
    }

    @Test
    void readsBackTheSettingsItWrote() {
        Map<String, String> settings = Map.of("a.b", "x=y #z", "path", "C:\\temp\\ü");

        PrivateFile.write(folder.resolve("s.properties"), settings);

        assertThat(PrivateFile.read(folder.resolve("s.properties"))).isEqualTo(settings);
    }

    @Test
    void removesALinkAndNotWhatItPointsTo() throws IOException {
        Path kept = Files.writeString(folder.resolve("kept"), "x");
        Path tree = Files.createDirectory(folder.resolve("tree"));
        Files.createSymbolicLink(tree.resolve("link"), kept);
        Files.createSymbolicLink(tree.resolve("up"), folder);

        PrivateFile.deleteTree(tree);

        assertThat(tree).doesNotExist();
        assertThat(kept).exists();
    }

    @Test
    void aLockIsHeldUntilItIsClosed() {
        Path file = folder.resolve("lock");

        try (FileMutex held = FileMutex.tryLock(file).orElseThrow()) {
            assertThat(held).isNotNull();
            assertThat(FileMutex.tryLock(file)).isEmpty();
        }
        assertThat(FileMutex.tryLock(file)).isPresent();
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
