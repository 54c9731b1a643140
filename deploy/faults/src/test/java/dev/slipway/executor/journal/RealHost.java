package dev.slipway.executor.journal;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.order.Order;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// This machine with the real `journal.sh` under dash, its journal in a directory of its own.
public final class RealHost implements AutoCloseable {
    private static final String LOADER =
            "umask 077; IFS= read -r bytes; program=$(dd bs=1 count=$bytes 2>/dev/null); eval \"$program\"";

    private final JournalProgram program;
    private final Path state;
    private final List<Process> shells = new ArrayList<>();

    /// @param root an empty directory
    public RealHost(Path root) {
        this.state = root.resolve("state");
        this.program = new JournalProgram(state.toString(), List.of("/run", "/dev/shm"));
    }

    /// What the production code makes of an order without materials.
    public static CompiledOrder compile(Order order) {
        return StepCompiler.compile(
                order, ContentDigest.ofBytes(new byte[0]), new Ingredients(Map.of()));
    }

    public FrameReader deliver(Order order, Duration startWithin) {
        return start(shell -> program.run(shell.getOutputStream(), compile(order), startWithin, 0));
    }

    public FrameReader cancel(Order order) {
        return start(shell -> program.cancel(shell.getOutputStream(), compile(order), 0));
    }

    /// Leaves the journal as a power cut before the attempt's result was written would have.
    public void losePowerBeforeResult(Order order) {
        Path entry = state.resolve("tasks/%s/%d".formatted(order.task(), order.attempt()));
        Path claim = entry.resolve("claim.1");
        try {
            Files.delete(entry.resolve("result"));
            Files.writeString(
                    claim, Files.readString(claim).replaceFirst("run \\S+", "run another-boot"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Sending {
        void to(Process shell) throws IOException;
    }

    private FrameReader start(Sending sending) {
        try {
            Process shell =
                    new ProcessBuilder("dash", "-c", LOADER)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            shells.add(shell);
            sending.to(shell);
            return new FrameReader(shell.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        shells.forEach(Process::destroyForcibly);
    }
}
