package dev.slipway.executor.journal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/// A shell program beside this class, as a root shell takes it: a line with its length, then
/// itself.
final class ProgramText {
    private final byte[] text;

    ProgramText(String name) {
        try (InputStream file = ProgramText.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException(name + " is not beside its class");
            }
            text = withoutComments(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void send(OutputStream shell) throws IOException {
        shell.write((text.length + "\n").getBytes(StandardCharsets.US_ASCII));
        shell.write(text);
    }

    /// It is sent with every task and read four times there: comments stay at home.
    private static byte[] withoutComments(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .collect(Collectors.joining("\n", "", "\n"))
                .getBytes(StandardCharsets.UTF_8);
    }
}
