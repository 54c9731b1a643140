package dev.slipway.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// One command on many hosts, side by side: Slipway, the SSH library alone, pssh, clush, xargs with
/// ssh, Ansible.
@Command(
        name = "fan-out",
        description =
                "The command \"true\" on N hosts of this machine: Slipway, the bare SSH library, pssh, clush, xargs ssh, Ansible.",
        mixinStandardHelpOptions = true)
final class FanOut implements Callable<Integer> {
    @Option(
            names = "--hosts",
            split = ",",
            defaultValue = "10,100,1000",
            description = "numbers of hosts (default: ${DEFAULT-VALUE})")
    private List<Integer> hosts;

    @Option(
            names = "--targets",
            defaultValue = "openssh",
            description =
                    "openssh: real sshd processes, each a host of its own (as root); simulated: the simulator's hosts (default: ${DEFAULT-VALUE})")
    private String targets;

    @Option(names = "--subjects", split = ",", description = "only these, by the name in the table")
    private List<String> subjects = List.of();

    @Option(
            names = "--warm-up",
            defaultValue = "2000",
            description =
                    "tasks that a long-running subject does before it is measured (default: ${DEFAULT-VALUE})")
    private int warmUp;

    @Option(names = "--json", description = "write the rows there, as a JSON list")
    private Path json;

    @Option(
            names = "--plot",
            defaultValue = "fan-out.svg",
            description = "write the drawing there (default: ${DEFAULT-VALUE})")
    private Path plot;

    @Override
    public Integer call() {
        Report report = new Report("fan-out", MachineText.text(), Plot.Panels.BY_HOSTS);
        report.begin();
        List<Row> rows = new ArrayList<>();
        for (int number : hosts) {
            try (Targets started = start(number)) {
                for (Subject subject : chosen()) {
                    Row row = subject.measure(started);
                    rows.add(row);
                    report.print(row);
                }
            }
        }
        report.write(rows, json, plot);
        return rows.stream().allMatch(row -> row.failed() == 0) ? 0 : 1;
    }

    private Targets start(int number) {
        System.err.printf("==> starting %d %s hosts%n", number, targets);
        return switch (targets) {
            case "openssh" -> OpenSshHosts.start(number);
            case "simulated" -> SimulatedHosts.start(number);
            default ->
                    throw new BenchmarkFailure(
                            "cannot start hosts of kind \"%s\": expected openssh or simulated"
                                    .formatted(targets));
        };
    }

    private List<Subject> chosen() {
        return FanOutSubjects.all(warmUp).stream()
                .filter(subject -> subjects.isEmpty() || subjects.contains(subject.name()))
                .toList();
    }
}
