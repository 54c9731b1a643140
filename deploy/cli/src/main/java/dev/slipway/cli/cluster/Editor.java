package dev.slipway.cli.cluster;

import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.print.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The user's own editor: `VISUAL`, else `EDITOR`, else `vi`.
final class Editor {
    private Editor() {}

    /// A file with the text, which only its owner can read, once the editor was left.
    ///
    /// @throws CommandFailure if nobody can edit here, or the editor fails
    static Path edited(String name, String text) {
        if (!Terminal.canAsk()) {
            throw CommandFailure.usage(
                    "nobody can edit here: hand the document over with -f FILE (- for standard input)");
        }
        String editor = said("VISUAL").or(() -> said("EDITOR")).orElse("vi");
        try {
            Path file = Files.createTempFile(name, ".yaml");
            Files.writeString(file, text);
            int code =
                    new ProcessBuilder("/bin/sh", "-c", editor + " \"$1\"", "sh", file.toString())
                            .inheritIO()
                            .start()
                            .waitFor();
            if (code != 0) {
                throw CommandFailure.failed(
                        "the editor (%s) ended with exit code %d, nothing was done; the document is %s"
                                .formatted(editor, code, file));
            }
            return file;
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "cannot edit with %s (%s): set EDITOR".formatted(editor, e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted");
        }
    }

    private static Optional<String> said(String variable) {
        return Optional.ofNullable(System.getenv(variable)).filter(v -> !v.isBlank());
    }
}
