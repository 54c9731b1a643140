package dev.slipway.executor.journal;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Part;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A host that is entered without SSH: this machine, with the journal in a directory of its own and
/// everything run by one shell; or a machine within it.
final class LocalHost {
    private static final String LOADER =
            "umask 077; IFS= read -r bytes; program=$(dd bs=1 count=$bytes 2>/dev/null); eval \"$program\"";

    private final List<String> door;
    private final Optional<String> path;
    private final Path state;
    private final JournalProgram program;

    /// This machine.
    ///
    /// @param shell `dash`, `bash` or `busybox`; with the last, nothing but BusyBox is on the path
    /// @param state the journal's directory
    LocalHost(String shell, Path state) {
        this.state = state;
        this.program = new JournalProgram(state.toString(), List.of("/run", "/dev/shm"));
        Path bin = path(shell);
        this.door = List.of(bin.resolve("sh").toString());
        this.path =
                Optional.of(
                        shell.equals("busybox")
                                ? bin.toString()
                                : bin + ":/usr/sbin:/usr/bin:/sbin:/bin");
    }

    private LocalHost(SystemdMachine machine, List<String> door) {
        this.state = machine.root().resolve("var/lib/slipway");
        this.program = JournalProgram.standard();
        this.door = Stream.concat(door.stream(), Stream.of("/bin/sh")).toList();
        this.path = Optional.empty();
    }

    /// The machine with systemd.
    static LocalHost in(SystemdMachine machine) {
        return new LocalHost(machine, machine.inside());
    }

    /// The same, entered by a session which is one unit of its systemd.
    static LocalHost inSession(SystemdMachine machine, String session) {
        return new LocalHost(machine, machine.inSession(session));
    }

    /// One at a time: tests of several shells run side by side.
    private static synchronized Path path(String shell) {
        Path bin = Path.of("target", "shells", shell).toAbsolutePath();
        if (Files.exists(bin)) {
            return bin;
        }
        try {
            Files.createDirectories(bin);
            Path tool =
                    Path.of(Files.exists(Path.of("/usr/bin/" + shell)) ? "/usr/bin" : "/bin")
                            .resolve(shell);
            if (!shell.equals("busybox")) {
                Files.createSymbolicLink(bin.resolve("sh"), tool);
                return bin;
            }
            Process list = new ProcessBuilder(tool.toString(), "--list").start();
            for (String applet :
                    new String(
                                    list.getInputStream().readAllBytes(),
                                    java.nio.charset.StandardCharsets.UTF_8)
                            .split("\n")) {
                Files.createSymbolicLink(bin.resolve(applet), tool);
            }
            return bin;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where the content is, once it is there.
    Path content(ContentDigest digest) {
        return state.resolve("contents/" + digest);
    }

    /// A content that is being brought; bytes go to [Bringing#input].
    static final class Bringing implements AutoCloseable {
        private final Process process;

        private Bringing(Process process) {
            this.process = process;
        }

        OutputStream input() {
            return process.getOutputStream();
        }

        /// What the host says next, beats left out.
        ContentProgram.Answer next() throws IOException {
            ContentProgram.Answer answer = ContentProgram.next(process.getInputStream());
            return answer instanceof ContentProgram.Answer.Beat ? next() : answer;
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    Bringing bring(Part.Content content) {
        try {
            Process process = door();
            new ContentProgram(state.toString()).start(process.getOutputStream(), content);
            return new Bringing(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Brings all of it at once.
    ContentProgram.Answer bring(Part.Content content, byte[] bytes) throws IOException {
        try (Bringing bringing = bring(content)) {
            ContentProgram.Answer first = bringing.next();
            if (!(first instanceof ContentProgram.Answer.Part(long there))) {
                return first;
            }
            try (OutputStream input = bringing.input()) {
                input.write(bytes, (int) there, bytes.length - (int) there);
            } catch (IOException e) {
                // It did not want all of them, and says why.
            }
            return bringing.next();
        }
    }

    Path entry(Order order) {
        return state.resolve("tasks/" + order.task() + "/" + order.attempt());
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

        /// Whether what took the order is gone.
        boolean broken() {
            return !process.isAlive();
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
                        order, ContentDigest.ofBytes(new byte[0]), new Ingredients(materials));
        try {
            Process process = door();
            sending.send(process.getOutputStream(), compiled);
            return new Delivery(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process door() throws IOException {
        List<String> line = new ArrayList<>(door);
        line.addAll(List.of("-c", LOADER));
        var builder = new ProcessBuilder(line);
        path.ifPresent(only -> builder.environment().put("PATH", only));
        return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }
}
