package dev.slipway.planner.plan.k0s;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.order.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A host on which scripts of steps run for real, in any shell: what they touch below /etc, /var
/// and /run, and k0s itself, is below a folder here, and programs that the machine lacks are
/// scripts of the test's.
final class ScriptHost {
    /// @param code the script's exit code
    record Outcome(int code, String out, String err) {
        String printed() {
            return out + err;
        }
    }

    private final Path folder;
    private final List<String> shell;
    private final Map<String, String> variables = new TreeMap<>();

    ScriptHost(Path folder, List<String> shell) throws IOException {
        this.folder = folder;
        this.shell = shell;
        for (String needed : List.of("bin", "etc/k0s", "var/lib/slipway", "run/slipway/cluster")) {
            Files.createDirectories(folder.resolve(needed));
        }
    }

    /// A program that notes in `calls` how it was called, and then does what `script` says.
    ScriptHost program(String name, String script) throws IOException {
        Path program = folder.resolve("bin").resolve(name);
        Files.writeString(
                program,
                "#!/bin/sh\necho \"%s $*\" >> %s\n%s\n"
                        .formatted(name, folder.resolve("calls"), script));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return this;
    }

    ScriptHost variable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    /// Where a path of the host is.
    Path path(String path) {
        return folder.resolve(path.substring(1));
    }

    void write(String path, String text) throws IOException {
        Path file = path(path);
        Path parent = file.getParent();
        assertThat(parent).isNotNull();
        Files.createDirectories(parent);
        Files.writeString(file, text);
    }

    String read(String path) throws IOException {
        return Files.readString(path(path));
    }

    boolean has(String path) {
        return Files.exists(path(path));
    }

    /// How programs were called, in order, with the host's paths.
    List<String> calls() throws IOException {
        Path calls = folder.resolve("calls");
        return Files.exists(calls)
                ? Files.readAllLines(calls).stream()
                        .map(line -> line.replace(folder.toString(), ""))
                        .toList()
                : List.of();
    }

    /// Runs the step, unless its condition holds.
    Outcome run(Step step) throws IOException, InterruptedException {
        return switch (step) {
            case Step.Command command -> {
                if (command.unless().isPresent() && run(command.unless().get()).code() == 0) {
                    yield new Outcome(0, "skipped", "");
                }
                yield run(command.script());
            }
            case Step.Await await -> run(await.condition());
            case Step.Put _, Step.Read _, Step.Kube _, Step.Deposit _ ->
                    throw new IllegalArgumentException(step.name() + " has no script");
        };
    }

    private Outcome run(String script) throws IOException, InterruptedException {
        String here =
                script.replaceAll(
                        "(?<![A-Za-z0-9_.}/])/(etc|var|run|proc/mounts|usr/local/bin/k0s)(?=[/ '\")\n]|$)",
                        folder + "/$1");
        var command = new ArrayList<>(shell);
        command.addAll(
                List.of("-eu", Files.writeString(folder.resolve("step.sh"), here).toString()));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        var builder =
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().putAll(variables);
        builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        Process process = builder.start();
        process.getOutputStream().close();
        int code = process.waitFor();
        return new Outcome(code, read(out), read(err));
    }

    private String read(Path file) throws IOException {
        return Files.readString(file, UTF_8).replace(folder.toString(), "");
    }
}
