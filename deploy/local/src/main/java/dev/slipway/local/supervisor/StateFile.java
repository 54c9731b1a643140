package dev.slipway.local.supervisor;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slipway.contracts.Wire;
import dev.slipway.local.files.PrivateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// The stack's status in a file, replaced as a whole.
public final class StateFile {

    private final Path file;

    public StateFile(Path file) {
        this.file = file;
    }

    /// The last status written; empty if there is none.
    public Optional<StackStatus> read() {
        try {
            return Optional.of(Wire.read(Files.readAllBytes(file), StackStatus.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read \"" + file + "\"", e);
        }
    }

    /// Replaces the status.
    public void write(StackStatus status) {
        try {
            PrivateFile.write(
                    file, Wire.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(status));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write \"" + file + "\"", e);
        }
    }
}
