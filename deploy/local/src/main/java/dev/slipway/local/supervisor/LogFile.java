package dev.slipway.local.supervisor;

import dev.slipway.local.files.PrivateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// A part's output, appended by the part itself so that it goes on without the supervisor. The last
/// three are kept: `x.log`, `x.log.1`, `x.log.2`.
final class LogFile {

    private static final int KEPT = 3;

    private final Path file;
    private final long limit;

    /// @param limit bytes after which the file is rotated
    LogFile(Path file, long limit) {
        this.file = file;
        this.limit = limit;
    }

    /// Begins an empty file, if the present one has content.
    void rotate() {
        try {
            if (Files.exists(file) && Files.size(file) > 0) {
                shiftOld();
                Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
            }
            PrivateFile.write(file, "");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot rotate \"" + file + "\"", e);
        }
    }

    /// Keeps the file within its limit while a process appends to it: what was written is copied
    /// away and the file emptied, which loses what comes between the two.
    void bound() {
        try {
            if (!Files.exists(file) || Files.size(file) <= limit) {
                return;
            }
            shiftOld();
            PrivateFile.write(numbered(1), "");
            Files.copy(
                    file,
                    numbered(1),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.COPY_ATTRIBUTES);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot bound \"" + file + "\"", e);
        }
    }

    private void shiftOld() throws IOException {
        for (int age = KEPT - 1; age > 1; age--) {
            if (Files.exists(numbered(age - 1))) {
                Files.move(numbered(age - 1), numbered(age), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    Path path() {
        return file;
    }

    private Path numbered(int age) {
        return file.resolveSibling(file.getFileName() + "." + age);
    }
}
