package dev.slipway.benchmarks;

import dev.slipway.local.part.CryptoCompiler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// A subject that runs for long in reality: in a JVM of its own, with the local stack's flags,
/// measured after its start and a warm-up on the same hosts, several times, of which the median by
/// CPU time counts: what its JIT compiler and collector do meanwhile is in the figures, and comes
/// in bursts.
record JvmSubject(int warmUp, String name, String settings, String note) implements Subject {
    /// Where the program is to be started with other flags, for a profile for instance.
    private static final String FLAGS = "SLIPWAY_BENCHMARK_JVM_FLAGS";

    private static final int ROUNDS = 5;

    @Override
    public Row measure(Targets targets) {
        Path hosts = null;
        CryptoCompiler.prepare(targets.folder());
        try (var client = new Client(targets)) {
            hosts = Files.createTempFile("slipway-benchmark-hosts-", "");
            Files.writeString(
                    hosts,
                    targets.addresses().stream()
                            .map(address -> address + " " + targets.hostKey(address))
                            .collect(Collectors.joining("\n", "", "\n")));
            Process process =
                    new ProcessBuilder(client.group().inside(command(targets, hosts)))
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            Row row = converse(process, client);
            // It ends by itself, so that a profile is written.
            var _ = process.waitFor(Duration.ofSeconds(30));
            return row;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkFailure("interrupted", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (hosts != null) {
                hosts.toFile().delete();
            }
        }
    }

    private Row converse(Process process, Client client) throws IOException {
        try (var input = process.inputReader();
                var output = process.outputWriter()) {
            List<Row> rows = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                expect(input, "ready");
                client.begin();
                output.write("go\n");
                output.flush();
                String[] words = expect(input, "done").split(" ");
                rows.add(client.end(this, Integer.parseInt(words[1]), note));
            }
            int failed = rows.stream().mapToInt(Row::failed).max().orElseThrow();
            rows.sort(Comparator.comparing(row -> row.cpuMsPerHost().orElseThrow()));
            return rows.get(ROUNDS / 2).withFailed(failed);
        }
    }

    private List<String> command(Targets targets, Path hosts) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-Xss512k",
                        "-Xmx256m",
                        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow"));
        words.addAll(CryptoCompiler.flags(targets.folder()));
        String more = System.getenv(FLAGS);
        if (more != null && !more.isBlank()) {
            words.addAll(List.of(more.replace("%SUBJECT%", name).split(" ")));
        }
        words.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "ssh-subject",
                        name,
                        "--hosts-file",
                        hosts.toString(),
                        "--port",
                        String.valueOf(targets.port()),
                        "--key",
                        targets.key().toString(),
                        "--width",
                        String.valueOf(FanOutSubjects.width(targets)),
                        "--warm-up",
                        String.valueOf(warmUp)));
        return words;
    }

    private String expect(BufferedReader input, String word) throws IOException {
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            if (line.startsWith(word)) {
                return line;
            }
        }
        throw new BenchmarkFailure(
                "%s ended without \"%s\": see what it said above".formatted(name, word));
    }
}
