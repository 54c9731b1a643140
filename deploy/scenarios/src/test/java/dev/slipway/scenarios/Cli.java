package dev.slipway.scenarios;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

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

    private final Path root;
    private final Path home;

    Cli(Path root, Path home) {
        this.root = root;
        this.home = home;
    }

    /// The checkout it is of.
    Path root() {
        return root;
    }

    Result run(String... arguments) {
        return run(Map.of(), arguments);
    }

    Result run(Map<String, String> environment, String... arguments) {
        Process process = start(environment, arguments);
        try {
            Path out = outputOf(process, "out");
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError(
                        "slipway %s did not end in 5 minutes: %s"
                                .formatted(List.of(arguments), Files.readString(out)));
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

    /// Starts it and does not wait.
    Process start(Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--sun-misc-unsafe-memory-access=allow"));
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

    private final Map<Long, Path> outputs = new java.util.concurrent.ConcurrentHashMap<>();

    Path outputOf(Process process, String stream) {
        Path files = outputs.get(process.pid());
        if (files == null) {
            throw new IllegalArgumentException(
                    "process %d was not started here".formatted(process.pid()));
        }
        return files.resolve(stream);
    }
}
