package dev.slipway.executor.journal;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Order;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// This machine as a host, with the journal in a directory of its own and everything run by one
/// shell.
final class LocalHost {
    private static final String LOADER =
            "umask 077; IFS= read -r bytes; program=$(dd bs=1 count=$bytes 2>/dev/null); eval \"$program\"";

    private final String shell;
    private final Path root;
    private final JournalProgram program;

    /// @param shell `dash`, `bash` or `busybox`; with the last, nothing but BusyBox is on the path
    LocalHost(String shell, Path root) {
        this(shell, root, root.resolve("state"));
    }

    LocalHost(String shell, Path root, Path state) {
        this.shell = shell;
        this.root = root;
        this.program = new JournalProgram(state.toString(), List.of("/run", "/dev/shm"));
        makePath(shell, bin());
    }

    /// One at a time: tests of several shells run side by side.
    private static synchronized void makePath(String shell, Path bin) {
        if (Files.exists(bin)) {
            return;
        }
        try {
            Files.createDirectories(bin);
            Path tool =
                    Path.of(Files.exists(Path.of("/usr/bin/" + shell)) ? "/usr/bin" : "/bin")
                            .resolve(shell);
            if (!shell.equals("busybox")) {
                Files.createSymbolicLink(bin.resolve("sh"), tool);
                return;
            }
            Process list = new ProcessBuilder(tool.toString(), "--list").start();
            for (String applet :
                    new String(
                                    list.getInputStream().readAllBytes(),
                                    java.nio.charset.StandardCharsets.UTF_8)
                            .split("\n")) {
                Files.createSymbolicLink(bin.resolve(applet), tool);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path bin() {
        return Path.of("target", "shells", shell).toAbsolutePath();
    }

    Path entry(Order order) {
        return root.resolve("state/tasks/" + order.task() + "/" + order.attempt());
    }

    /// A delivery in progress.
    final class Delivery implements AutoCloseable {
        private final Process process;
        private final FrameReader frames;
        final List<Frame> seen = new ArrayList<>();

        private Delivery(Process process) {
            this.process = process;
            this.frames = new FrameReader(process.getInputStream());
        }

        /// Reads until there is a frame of that type.
        <F extends Frame> F await(Class<F> type) {
            try {
                for (var next = frames.next(); next.isPresent(); next = frames.next()) {
                    seen.add(next.get());
                    if (type.isInstance(next.get())) {
                        return type.cast(next.get());
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            throw new AssertionError(
                    "the channel ended without a " + type.getSimpleName() + ": " + seen);
        }

        Frame.Ended end() {
            return await(Frame.Ended.class);
        }

        /// The end, with outcome and reason in one text.
        String outcome() {
            Frame.Ended end = end();
            return end.outcome() + " " + end.reason();
        }

        String output() {
            var text = new StringBuilder();
            for (Frame frame : seen) {
                if (frame instanceof Frame.Output out) {
                    text.append(text(out.bytes()));
                }
            }
            return text.toString();
        }

        Optional<String> fact(int number) {
            return seen.stream()
                    .filter(f -> f instanceof Frame.Fact fact && fact.number() == number)
                    .map(f -> text(((Frame.Fact) f).bytes()))
                    .findFirst();
        }

        List<String> outcomes() {
            return seen.stream()
                    .filter(Frame.StepEnded.class::isInstance)
                    .map(f ->
                            ((Frame.StepEnded) f).number() + " " + ((Frame.StepEnded) f).outcome())
                    .toList();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private static String text(java.nio.ByteBuffer bytes) {
        return java.nio.charset.StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    Delivery deliver(Order order) {
        return deliver(order, Map.of());
    }

    Delivery deliver(Order order, Map<MaterialName, byte[]> materials) {
        return start(
                (out, compiled) ->
                        program.run(
                                out,
                                compiled,
                                Duration.between(java.time.Instant.now(), order.times().startBy()),
                                0),
                order,
                materials);
    }

    /// Delivers once the other one's first step has printed something.
    Delivery deliverAfterStart(Delivery running, Order order) {
        running.await(Frame.Output.class);
        return deliver(order);
    }

    Delivery cancel(Order order) {
        return start((out, compiled) -> program.cancel(out, compiled, 0), order, Map.of());
    }

    private interface Sending {
        void send(java.io.OutputStream out, CompiledOrder compiled) throws IOException;
    }

    private Delivery start(Sending sending, Order order, Map<MaterialName, byte[]> materials) {
        CompiledOrder compiled =
                StepCompiler.compile(
                        order,
                        ContentDigest.ofBytes(new byte[0]),
                        new Ingredients(materials, Map.of()));
        try {
            var builder = new ProcessBuilder(bin().resolve("sh").toString(), "-c", LOADER);
            String path = bin().toString();
            builder.environment()
                    .put(
                            "PATH",
                            shell.equals("busybox")
                                    ? path
                                    : path + ":/usr/sbin:/usr/bin:/sbin:/bin");
            Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
            sending.send(process.getOutputStream(), compiled);
            return new Delivery(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
