package dev.slipway.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A program that runs a command on many hosts, from its start to its end; with what it leaves
/// running (Ansible's connections), which is counted and ended.
///
/// @param program what has to be on the path
/// @param debian the package that brings it
/// @param command the words, given the files
record CommandLineTool(
        String name,
        String settings,
        String program,
        String debian,
        Function<Setup, List<String>> command,
        Function<Setup, Map<String, String>> environment,
        String note)
        implements Subject {

    /// What the tools read.
    ///
    /// @param ssh an ssh_config
    /// @param hosts an address a line
    /// @param width hosts at once
    record Setup(Path folder, Path ssh, Path hosts, int width) {}

    @Override
    public Row measure(Targets targets) {
        Optional<String> missing = missing();
        if (missing.isPresent()) {
            return Row.leftOut(this, targets.kind(), targets.addresses().size(), missing.get());
        }
        Setup files = write(targets);
        try (var client = new Client(targets)) {
            var builder = new ProcessBuilder(client.group().inside(command.apply(files)));
            Path log = files.folder().resolve("log");
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
            builder.redirectInput(Path.of("/dev/null").toFile());
            builder.environment().putAll(environment.apply(files));
            client.begin();
            int code = builder.start().waitFor();
            Row row = client.end(this, 0, note);
            return code == 0 ? row : failed(row, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkFailure("interrupted", e);
        } finally {
            Shell.delete(files.folder());
        }
    }

    /// Which hosts failed is said in each tool's own words: the number of lines that say so.
    private static Row failed(Row row, Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        List<String> said =
                lines.stream()
                        .filter(line ->
                                line.contains("[FAILURE]")
                                        || line.contains("exited with exit code")
                                        || line.contains("UNREACHABLE")
                                        || line.contains("| FAILED")
                                        || line.startsWith("ssh: ")
                                        || line.startsWith("kex_exchange"))
                        .toList();
        String last = lines.isEmpty() ? "it said nothing" : lines.getLast();
        return new Row(
                row.subject(),
                row.settings(),
                row.targets(),
                row.hosts(),
                row.wallS(),
                row.cpuMsPerHost(),
                row.targetCpuMsPerHost(),
                row.peakRssMb(),
                Math.max(1, said.size()),
                "failed: " + (said.isEmpty() ? last : said.getFirst()));
    }

    private Optional<String> missing() {
        try {
            Shell.findOrInstall(program, debian);
            return Optional.empty();
        } catch (BenchmarkFailure e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private Setup write(Targets targets) {
        try {
            Path folder = Files.createTempDirectory("slipway-benchmark-client-");
            List<String> config = new ArrayList<>();
            config.add("Port " + targets.port());
            config.add("User root");
            config.add("IdentityFile " + targets.key());
            config.add("IdentitiesOnly yes");
            config.add("UserKnownHostsFile " + targets.knownHosts());
            config.add("GlobalKnownHostsFile /dev/null");
            if (!settings.equals(FanOutSubjects.DEFAULTS)) {
                config.add("KexAlgorithms curve25519-sha256");
                config.add("Ciphers aes128-gcm@openssh.com");
                config.add("GSSAPIAuthentication no");
                config.add("PreferredAuthentications publickey");
                config.add("ControlPath none");
            }
            Files.write(folder.resolve("ssh_config"), config);
            // Nobody's own settings.
            Files.createFile(folder.resolve("ansible.cfg"));
            Files.write(folder.resolve("hosts"), targets.addresses());
            return new Setup(
                    folder,
                    folder.resolve("ssh_config"),
                    folder.resolve("hosts"),
                    FanOutSubjects.width(targets));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
