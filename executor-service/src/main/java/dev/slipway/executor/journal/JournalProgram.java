package dev.slipway.executor.journal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/// The program `journal.sh` and where it works on a host.
public final class JournalProgram {
    /// Where it keeps what it keeps, on every real host.
    static final String STATE = "/var/lib/slipway";

    private static final Pattern PLAIN_PATH = Pattern.compile("/[A-Za-z0-9._/-]+");
    private static final ProgramText TEXT = new ProgramText("journal.sh");

    /// What follows the order's files: who reads it has all of them.
    private static final byte[] OVER = "over\n".getBytes(StandardCharsets.US_ASCII);

    private final String state;
    private final List<String> memory;

    /// @param state the journal's directory
    /// @param memory candidates for the memory-backed directory, best first
    JournalProgram(String state, List<String> memory) {
        for (String path : memory) {
            requirePlain(path);
        }
        requirePlain(state);
        this.state = state;
        this.memory = List.copyOf(memory);
    }

    /// As on every real host; other places are for this package's tests only.
    public static JournalProgram standard() {
        return new JournalProgram(STATE, List.of("/run", "/dev/shm"));
    }

    /// Sends the program and the order to a root shell that waits for them, and says that nothing
    /// follows.
    ///
    /// @param startWithin how long from now the order may still start
    /// @param from the first byte of output that is wanted
    public void run(OutputStream shell, CompiledOrder order, Duration startWithin, long from)
            throws IOException {
        send(shell, order.toRun(startWithin, from));
    }

    /// Asks the journal to end the order's attempt and all before it.
    public void cancel(OutputStream shell, CompiledOrder order, long from) throws IOException {
        send(shell, order.toCancel(from));
    }

    private void send(OutputStream shell, CompiledOrder.Payload payload) throws IOException {
        TEXT.send(shell);
        String header =
                "%d\n%s\n%s\n".formatted(payload.scriptLength(), state, String.join(" ", memory));
        shell.write(header.getBytes(StandardCharsets.US_ASCII));
        payload.bytes().writeTo(shell);
        shell.write(OVER);
        shell.close();
    }

    private static void requirePlain(String path) {
        if (!PLAIN_PATH.matcher(path).matches()) {
            throw new IllegalArgumentException(
                    "\"%s\" is no place for the journal: expected an absolute path of letters, digits and ._-"
                            .formatted(path));
        }
    }
}
