package dev.slipway.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/// `slipway exec` on a whole local stack: command line, planner, broker, executor, cert-service,
/// status service, database. Its sessions are warm, as in the middle of a run.
record SuiteSubject(int warmUp) implements Subject {
    @Override
    public String name() {
        return "slipway-suite";
    }

    @Override
    public String settings() {
        return FanOutSubjects.DEFAULTS;
    }

    @Override
    public Row measure(Targets targets) {
        int hosts = targets.addresses().size();
        try (var client = new Client(targets);
                var stack = SuiteStack.up(client.group())) {
            Path file = hosts(targets);
            int rounds = Math.max(2, (warmUp + hosts - 1) / hosts);
            for (int round = 0; round < rounds; round++) {
                exec(stack, file, targets);
            }
            Map<String, Double> before = stack.partsCpuMs();
            client.begin();
            exec(stack, file, targets);
            Row row = client.end(this, 0, "");
            return withParts(row, before, stack.partsCpuMs());
        } catch (BenchmarkFailure e) {
            return Row.leftOut(this, targets.kind(), hosts, String.valueOf(e.getMessage()));
        }
    }

    private static void exec(SuiteStack stack, Path file, Targets targets) {
        stack.cli(
                "exec",
                "-f",
                file.toString(),
                "--accept-new-host-keys",
                "--max-parallel",
                String.valueOf(FanOutSubjects.width(targets)),
                "--quiet",
                "--",
                "true");
    }

    private static Path hosts(Targets targets) {
        try {
            return Files.writeString(
                    Files.createTempFile(targets.folder(), "hosts", ".yaml"),
                    """
                    apiVersion: slipway.dev/v1
                    kind: Hosts
                    metadata:
                      name: benchmark
                    spec:
                      ssh:
                        user: root
                        port: %d
                        pk: %s
                      hosts:
                        - ips: [%s]
                    """
                            .formatted(
                                    targets.port(),
                                    targets.key(),
                                    String.join(", ", targets.addresses())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The rest is the command line, which starts for each run.
    private static Row withParts(Row row, Map<String, Double> before, Map<String, Double> after) {
        double all = row.cpuMsPerHost().orElse(0.0);
        double known = 0;
        var text = new StringBuilder("warm sessions; ms a host: ");
        for (var part : after.entrySet()) {
            double each = (part.getValue() - before.getOrDefault(part.getKey(), 0.0)) / row.hosts();
            known += each;
            text.append(String.format(Locale.ROOT, "%s %.1f, ", part.getKey(), each));
        }
        text.append(String.format(Locale.ROOT, "command line %.1f", Math.max(0, all - known)));
        return new Row(
                row.subject(),
                row.settings(),
                row.targets(),
                row.hosts(),
                row.wallS(),
                row.cpuMsPerHost(),
                row.targetCpuMsPerHost(),
                row.peakRssMb(),
                row.failed(),
                text.toString());
    }
}
