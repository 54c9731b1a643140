package dev.slipway.scenarios;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The command line as its own process, in a pipe.
final class Cli {
    /// @param code exit code
    /// @param out standard output
    /// @param err standard error
    record Result(int code, String out, String err) {
        /// Both, for messages of failed assertions.
        String all() {
            return "exit code %d%n--- out%n%s%n--- err%n%s".formatted(code, out, err);
        }
    }

    private static final List<String> FLAGS =
            List.of(
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--sun-misc-unsafe-memory-access=allow");

    /// A run of a dozen hosts takes a minute, and ten where the machine is slow and busy.
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private final Path root;
    private final Path home;
    private final Map<Long, Path> outputs = new ConcurrentHashMap<>();
    private List<String> cached = List.of();

    Cli(Path root, Path home) {
        this.root = root;
        this.home = home;
    }

    /// The checkout it is of.
    Path root() {
        return root;
    }

    /// Stories start some hundred commands; a cache spares each a third of its start.
    void makeStartUpCache() {
        Path cache = home.resolve("cli.aot");
        cached = List.of("-XX:AOTCacheOutput=" + cache);
        Result made = run("get", "runs");
        if (made.code() != 0) {
            throw new AssertionError(made.all());
        }
        cached = List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off");
    }

    Result run(String... arguments) {
        return run(Map.of(), arguments);
    }

    Result run(Map<String, String> environment, String... arguments) {
        return result(start(environment, arguments), arguments);
    }

    private Result result(Process process, String... arguments) {
        try {
            Path out = outputOf(process, "out");
            if (!process.waitFor(PATIENCE.toMinutes(), TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError(
                        "slipway %s did not end in %s: %s"
                                .formatted(List.of(arguments), PATIENCE, Files.readString(out)));
            }
            return new Result(
                    process.exitValue(),
                    Files.readString(out),
                    Files.readString(outputOf(process, "err")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /// Runs it, and shows all that it has printed so far whenever that has become more.
    Result runWhile(Consumer<String> printed, String... arguments) {
        Process process = start(Map.of(), arguments);
        Path out = outputOf(process, "out");
        long shown = 0;
        try {
            while (process.isAlive()) {
                if (Files.size(out) > shown) {
                    byte[] text = Files.readAllBytes(out);
                    shown = text.length;
                    printed.accept(new String(text, StandardCharsets.UTF_8));
                }
                Thread.sleep(20);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return result(process, arguments);
    }

    /// Starts it and does not wait.
    Process start(Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(cached);
        command.addAll(FLAGS);
        command.addAll(List.of("-jar", root.resolve("deploy/cli/target/slipway.jar").toString()));
        command.addAll(List.of(arguments));
        try {
            Path files = Files.createTempDirectory(home, "cli");
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectInput(
                                    ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                            .redirectOutput(files.resolve("out").toFile())
                            .redirectError(files.resolve("err").toFile());
            builder.environment().put("SLIPWAY_HOME", home.toString());
            builder.environment().put("SLIPWAY_ROOT", root.toString());
            builder.environment().putAll(environment);
            Process process = builder.start();
            outputs.put(process.pid(), files);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path outputOf(Process process, String stream) {
        Path files = outputs.get(process.pid());
        if (files == null) {
            throw new IllegalArgumentException(
                    "process %d was not started here".formatted(process.pid()));
        }
        return files.resolve(stream);
    }
}
