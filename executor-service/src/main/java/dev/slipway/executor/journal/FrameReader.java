package dev.slipway.executor.journal;

import dev.slipway.contracts.outcome.StepOutcome;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// Reads frames from a channel. What comes from a host is hostile: lengths are bounded, and lines
/// that are none of ours (a later version's, or what a power cut left of one) are passed over.
public final class FrameReader {
    private static final int LINE_LIMIT = 4096;
    private static final int BYTES_LIMIT = 1024 * 1024;

    private final InputStream input;

    public FrameReader(InputStream input) {
        this.input = new java.io.BufferedInputStream(input);
    }

    /// The next frame; nothing if the channel ended.
    public Optional<Frame> next() throws IOException {
        while (true) {
            Optional<String> line = line();
            if (line.isEmpty()) {
                return Optional.empty();
            }
            Optional<Frame> frame = frame(line.get());
            if (frame.isPresent()) {
                return frame;
            }
        }
    }

    private Optional<Frame> frame(String line) throws IOException {
        if (!line.startsWith("=")) {
            return Optional.empty();
        }
        String[] words = line.substring(1).split(" ", 3);
        String rest = line.substring(Math.min(line.length(), words[0].length() + 2));
        if (words[0].equals("out") || words[0].equals("fact")) {
            return Optional.of(withBytes(words));
        }
        try {
            return Optional.ofNullable(plain(words[0], rest));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static @org.jspecify.annotations.Nullable Frame plain(String word, String rest) {
        String[] args = rest.split(" ", -1);
        return switch (word) {
            case "begun" -> new Frame.Begun(seconds(args[0]));
            case "claim" -> new Frame.Claimed(args[0].equals("attached"));
            case "step" ->
                    new Frame.StepStarted(
                            Integer.parseInt(args[0]), seconds(args[1]), Long.parseLong(args[2]));
            case "done" ->
                    new Frame.StepEnded(
                            Integer.parseInt(args[0]),
                            StepOutcome.valueOf(args[1].toUpperCase(Locale.ROOT)),
                            args[2].equals("-")
                                    ? Optional.empty()
                                    : Optional.of(Integer.parseInt(args[2])),
                            ticks(args[3]));
            case "beat" -> new Frame.Beat();
            case "lost" -> new Frame.Lost();
            case "refused" -> new Frame.Refused(args[0], rest.substring(args[0].length()).strip());
            case "end" -> new Frame.Ended(args[0], args[1], ticks(args[2]));
            default -> null;
        };
    }

    private Frame withBytes(String[] words) throws IOException {
        try {
            long number = Long.parseLong(words[1]);
            int length = Integer.parseInt(words[2]);
            if (length < 0 || length > BYTES_LIMIT || number < 0) {
                throw new IOException("the host announced " + length + " bytes at " + number);
            }
            byte[] bytes = input.readNBytes(length);
            if (bytes.length < length || input.read() != '\n') {
                throw new EOFException("the channel ended inside a frame");
            }
            ByteBuffer data = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
            return words[0].equals("out")
                    ? new Frame.Output(number, data)
                    : new Frame.Fact(Math.toIntExact(number), data);
        } catch (ArithmeticException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException("the host announced bytes without saying how many", e);
        }
    }

    private Optional<String> line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) {
                return Optional.empty();
            }
            if (line.size() < LINE_LIMIT) {
                line.write(next);
            }
        }
        return Optional.of(line.toString(StandardCharsets.UTF_8));
    }

    private static Instant seconds(String epoch) {
        return Instant.ofEpochSecond(Long.parseLong(epoch));
    }

    private static Duration ticks(String centiseconds) {
        return Duration.ofMillis(Math.multiplyExact(Long.parseLong(centiseconds), 10L));
    }
}
