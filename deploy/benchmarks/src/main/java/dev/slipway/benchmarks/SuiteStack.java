package dev.slipway.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A whole local stack in a folder of its own, driven by the command line as a user would.
final class SuiteStack implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Lines of a command that failed: enough for what failed above the advice.
    private static final int TOLD = 20;

    private final Path program;
    private final Path home;
    private final CpuGroup group;

    private SuiteStack(Path program, Path home, CpuGroup group) {
        this.program = program;
        this.home = home;
        this.group = group;
    }

    /// Starts it for the second time, after a first one that has installed a cluster, as a user's
    /// has; builds what is not built. A build's first stack records its start-up caches, which
    /// slows it down many times over, and they hold what it did.
    ///
    /// @param group where its processes shall be
    static SuiteStack up(CpuGroup group) {
        Path root = Path.of(Optional.ofNullable(System.getenv("SLIPWAY_ROOT")).orElse("."));
        try {
            Path home = Files.createTempDirectory(Path.of("/var/tmp"), "slipway-benchmark-home-");
            var stack =
                    new SuiteStack(root.resolve("deploy/slipway").toAbsolutePath(), home, group);
            try {
                stack.cli("up");
                stack.cli("demo");
                stack.cli("down", "--purge", "--yes");
                stack.cli("up");
                return stack;
            } catch (RuntimeException e) {
                stack.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What the command prints on standard output.
    ///
    /// @throws BenchmarkFailure if it does not end with 0
    String cli(String... arguments) {
        List<String> words = new ArrayList<>(List.of(program.toString()));
        words.addAll(List.of(arguments));
        try {
            Path errors = Files.createTempFile(home, "cli", ".err");
            var builder = new ProcessBuilder(group.inside(words));
            builder.environment().put("SLIPWAY_HOME", home.toString());
            builder.redirectError(errors.toFile());
            builder.redirectInput(Path.of("/dev/null").toFile());
            Process process = builder.start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            String said = Files.readString(errors);
            Files.delete(errors);
            if (code != 0) {
                throw new BenchmarkFailure(
                        "\"slipway %s\" ended with %d: %s"
                                .formatted(
                                        String.join(" ", arguments),
                                        code,
                                        lastLines(said + output)));
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkFailure("interrupted", e);
        }
    }

    private static String lastLines(String text) {
        List<String> lines = text.strip().lines().toList();
        return String.join(" / ", lines.subList(Math.max(0, lines.size() - TOLD), lines.size()));
    }

    JsonNode json(String... arguments) {
        try {
            return JSON.readTree(cli(arguments));
        } catch (IOException e) {
            throw new BenchmarkFailure(
                    "\"slipway %s\" printed no JSON".formatted(String.join(" ", arguments)), e);
        }
    }

    /// CPU time of each part so far, its ended children included, milliseconds.
    Map<String, Double> partsCpuMs() {
        try {
            Map<String, Double> parts = new LinkedHashMap<>();
            JsonNode state = JSON.readTree(home.resolve("state.json").toFile());
            for (JsonNode part : state.findParents("process")) {
                long process = part.path("process").path("pid").asLong();
                if (process > 0) {
                    parts.put(part.path("part").asText(), treeCpuMs(process));
                }
            }
            return parts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double treeCpuMs(long process) {
        return ProcessHandle.of(process)
                .map(handle ->
                        Stream.concat(Stream.of(handle), handle.descendants())
                                .mapToDouble(SuiteStack::cpuMs)
                                .sum())
                .orElse(0.0);
    }

    /// proc(5): utime, stime, cutime and cstime, in hundredths of a second.
    private static double cpuMs(ProcessHandle process) {
        try {
            String text = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            String[] words = text.substring(text.lastIndexOf(')') + 2).split(" ");
            double ticks = 0;
            for (int i = 11; i <= 14; i++) {
                ticks += Double.parseDouble(words[i]);
            }
            return ticks * 10;
        } catch (IOException e) {
            // It has ended.
            return 0;
        }
    }

    @Override
    public void close() {
        try {
            cli("down", "--purge", "--yes");
        } catch (BenchmarkFailure e) {
            System.err.println("benchmark: " + e.getMessage());
        }
        group.end();
        Shell.delete(home);
    }
}
