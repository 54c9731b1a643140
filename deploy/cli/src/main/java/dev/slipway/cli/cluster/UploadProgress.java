package dev.slipway.cli.cluster;

import dev.slipway.cli.print.Terminal;
import java.util.Locale;

/// How far an upload is, on standard error: a line that goes on on a terminal, one line at the end
/// in a pipe.
public final class UploadProgress {
    private static final long BETWEEN = 200_000_000L;

    private final String name;
    private final long size;
    private final boolean alive;
    private final long began = System.nanoTime();
    private long shown = began;

    /// @param size in bytes
    public UploadProgress(String name, long size) {
        this(name, size, Terminal.isInteractive());
    }

    UploadProgress(String name, long size, boolean alive) {
        this.name = name;
        this.size = size;
        this.alive = alive;
    }

    /// @param bytes so far; called often, from any thread
    public synchronized void sent(long bytes) {
        long now = System.nanoTime();
        if (alive && now - shown > BETWEEN && size > 0) {
            shown = now;
            System.err.printf(
                    "\r\033[Ksending %s: %d %% of %s",
                    Terminal.safe(name), bytes * 100 / size, amount(size));
            System.err.flush();
        }
    }

    public synchronized void done() {
        System.err.printf(
                "%ssent %s: %s in %.1f s%n",
                alive ? "\r\033[K" : "",
                Terminal.safe(name),
                amount(size),
                (System.nanoTime() - began) / 1e9);
    }

    /// Of bytes, as people say it.
    public static String amount(long bytes) {
        if (bytes < 1024) {
            return bytes + " bytes";
        }
        return bytes < 1024 * 1024
                ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
                : String.format(Locale.ROOT, "%.1f MiB", bytes / (1024.0 * 1024));
    }
}
