package dev.slipway.executor.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// What a channel's standard error said, at most 16 KiB of it; read on a thread of its own so that
/// the host never blocks on it.
final class ErrorText {
    private static final int LIMIT = 16 * 1024;

    private final StringBuilder text = new StringBuilder();
    private final Thread reader;

    ErrorText(InputStream errors, Runnable onSecondPrompt) {
        reader = Thread.ofVirtual().name("ssh-errors").start(() -> read(errors, onSecondPrompt));
    }

    private void read(InputStream errors, Runnable onSecondPrompt) {
        byte[] buffer = new byte[4096];
        try {
            for (int n = errors.read(buffer); n >= 0; n = errors.read(buffer)) {
                append(new String(buffer, 0, n, StandardCharsets.UTF_8));
                if (refusedPassword()) {
                    onSecondPrompt.run();
                }
            }
        } catch (IOException e) {
            // The channel ended; what was said until then is all there is.
        }
    }

    private synchronized void append(String piece) {
        if (text.length() < LIMIT) {
            text.append(piece, 0, Math.min(piece.length(), LIMIT - text.length()));
        }
    }

    /// All of it, once the channel has ended or `patience` has passed.
    String whole(Duration patience) {
        try {
            var _ = reader.join(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            return text.toString();
        }
    }

    /// Whether sudo asked again, or said so: the password was wrong.
    synchronized boolean refusedPassword() {
        int first = text.indexOf(RootCommand.PROMPT);
        boolean again = first >= 0 && text.indexOf(RootCommand.PROMPT, first + 1) >= 0;
        return again
                || text.indexOf("try again") >= 0
                || text.indexOf("incorrect password") >= 0
                || text.indexOf("no password was provided") >= 0;
    }
}
