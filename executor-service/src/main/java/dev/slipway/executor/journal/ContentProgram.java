package dev.slipway.executor.journal;

import dev.slipway.contracts.order.Part;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The program `contents.sh`, which brings a file of the content store to a host.
public final class ContentProgram {
    private static final ProgramText TEXT = new ProgramText("contents.sh");
    private static final int LINE_LIMIT = 4096;

    private final String state;

    ContentProgram(String state) {
        this.state = state;
    }

    /// As on every real host; other places are for this package's tests only.
    public static ContentProgram standard() {
        return new ContentProgram(JournalProgram.STATE);
    }

    /// What the host says.
    public sealed interface Answer {
        /// It has the file.
        record Whole() implements Answer {}

        /// It has so many of its first bytes and takes the others.
        record Part(long bytes) implements Answer {}

        /// It is still at it.
        record Beat() implements Answer {}

        /// It has the file now, checked and on disk.
        record Kept() implements Answer {}

        /// The input ended before the file did.
        record CutOff() implements Answer {}

        /// It cannot take the file.
        record Refused(String reason, String detail) implements Answer {}
    }

    /// Starts it in a root shell that waits for a program. After its first answer it takes bytes;
    /// close the shell's input behind the last.
    public void start(OutputStream shell, Part.Content content) throws IOException {
        TEXT.send(shell);
        shell.write(
                "%s\n%s %d\n"
                        .formatted(state, content.digest().value(), content.size())
                        .getBytes(StandardCharsets.US_ASCII));
        shell.flush();
    }

    /// The next answer; what is none is passed over, since what comes from a host is hostile.
    ///
    /// @param output of the program; nothing is read beyond the answer
    /// @throws IOException if the channel ended
    public static Answer next(InputStream output) throws IOException {
        while (true) {
            Optional<Answer> answer = answer(line(output));
            if (answer.isPresent()) {
                return answer.get();
            }
        }
    }

    private static Optional<Answer> answer(String line) {
        String[] words = line.split(" ", 3);
        return switch (words[0]) {
            case "=have" -> words.length == 2 ? have(words[1]) : Optional.empty();
            case "=beat" -> Optional.of(new Answer.Beat());
            case "=kept" -> Optional.of(new Answer.Kept());
            case "=short" -> Optional.of(new Answer.CutOff());
            case "=refused" ->
                    words.length < 2
                            ? Optional.empty()
                            : Optional.of(
                                    new Answer.Refused(words[1], words.length < 3 ? "" : words[2]));
            default -> Optional.empty();
        };
    }

    private static Optional<Answer> have(String word) {
        if (word.equals("whole")) {
            return Optional.of(new Answer.Whole());
        }
        return word.matches("[0-9]{1,15}")
                ? Optional.of(new Answer.Part(Long.parseLong(word)))
                : Optional.empty();
    }

    private static String line(InputStream output) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = output.read(); next != '\n'; next = output.read()) {
            if (next < 0) {
                throw new IOException("the channel ended");
            }
            if (line.size() < LINE_LIMIT) {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
