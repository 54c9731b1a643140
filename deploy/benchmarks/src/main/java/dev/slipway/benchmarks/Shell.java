package dev.slipway.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/// Programs of this machine.
final class Shell {
    private Shell() {}

    /// What it prints.
    ///
    /// @throws BenchmarkFailure if it does not end with 0
    static String run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new BenchmarkFailure(
                        "\"%s\" ended with %d: %s"
                                .formatted(String.join(" ", command), code, output.strip()));
            }
            return output;
        } catch (IOException e) {
            throw new BenchmarkFailure(
                    "cannot run \"%s\" (%s)".formatted(String.join(" ", command), e.getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkFailure("interrupted", e);
        }
    }

    static Optional<Path> find(String program) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin");
        return Stream.concat(Arrays.stream(path.split(":")), Stream.of("/usr/sbin", "/sbin"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// Installs Debian's package of a program that is not there, as root where there is apt-get.
    ///
    /// @throws BenchmarkFailure if it is still not there; the message says what to install
    static Path findOrInstall(String program, String debian) {
        if (find(program).isEmpty() && root() && find("apt-get").isPresent()) {
            System.err.printf("==> apt-get install %s%n", debian);
            run(
                    "sh",
                    "-c",
                    "DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \"$0\" || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \"$0\"; }",
                    debian);
        }
        return find(program)
                .orElseThrow(() ->
                        new BenchmarkFailure(
                                "no \"%s\" here; as root: apt-get install %s"
                                        .formatted(program, debian)));
    }

    static boolean root() {
        return "root".equals(System.getProperty("user.name"));
    }

    static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(java.util.Comparator.reverseOrder()).forEach(Shell::deleteFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteFile(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
