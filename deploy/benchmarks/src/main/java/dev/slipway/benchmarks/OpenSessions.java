package dev.slipway.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// What an open session costs the executor: heap, resident memory, threads. The other side is an
/// SSH server of the same library in a process of its own: OpenSSH would need a process of 3 MiB
/// for each session.
@Command(
        name = "sessions",
        description = "Memory of N open sessions in the executor's cache, and its threads.",
        mixinStandardHelpOptions = true)
final class OpenSessions implements Callable<Integer> {
    @Option(
            names = "--hosts",
            split = ",",
            defaultValue = "1000,5000",
            description = "numbers of sessions (default: ${DEFAULT-VALUE})")
    private List<Integer> hosts;

    @Option(names = "--json", description = "write the rows there, as a JSON list")
    private Path json;

    @Option(
            names = "--plot",
            defaultValue = "sessions.svg",
            description = "write the drawing there (default: ${DEFAULT-VALUE})")
    private Path plot;

    @Override
    public Integer call() {
        Report report = new Report("sessions", MachineText.text(), Plot.Panels.BY_HOSTS);
        report.begin();
        List<Row> rows = new ArrayList<>();
        for (int number : hosts) {
            Row row = measure(number);
            rows.add(row);
            report.print(row);
        }
        report.write(rows, json, plot);
        return rows.stream().allMatch(row -> row.failed() == 0) ? 0 : 1;
    }

    private static Row measure(int number) {
        try {
            Path folder = Files.createTempDirectory("slipway-benchmark-");
            Path key = folder.resolve("client");
            Shell.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
            try (var group = CpuGroup.make("sessions")) {
                Process server =
                        start(
                                List.of("session-server", "--addresses", String.valueOf(number)),
                                List.of());
                try (var said = server.inputReader()) {
                    String port = word(said, "port")[1];
                    return hold(number, port, key, group);
                } finally {
                    server.destroy();
                }
            } finally {
                Shell.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Row hold(int number, String port, Path key, CpuGroup group) throws IOException {
        Process holder =
                start(
                        List.of(
                                "session-holder",
                                "--addresses",
                                String.valueOf(number),
                                "--port",
                                port,
                                "--key",
                                key.toString()),
                        group.inside(List.of()));
        try (var said = holder.inputReader()) {
            String[] words = word(said, "held");
            int open = Integer.parseInt(words[1]);
            return new Row(
                    "slipway-sessions",
                    FanOutSubjects.DEFAULTS,
                    "library",
                    number,
                    Optional.of(Double.parseDouble(words[5])),
                    Optional.of(group.cpuMs() / number),
                    Optional.empty(),
                    Optional.of(Long.parseLong(words[3]) / 1024.0),
                    number - open,
                    "%d open; heap %s KiB a session after a collection; %s threads; resident memory at the end; CPU with the JVM's start"
                            .formatted(open, words[2], words[4]));
        }
    }

    private static Process start(List<String> arguments, List<String> before) throws IOException {
        List<String> words = new ArrayList<>(before);
        words.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xss512k",
                        "-Xmx768m",
                        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName()));
        words.addAll(arguments);
        return new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static String[] word(BufferedReader said, String word) throws IOException {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith(word + " ")) {
                return line.split(" ");
            }
        }
        throw new BenchmarkFailure(
                "the process ended without \"%s\": see what it said above".formatted(word));
    }
}
