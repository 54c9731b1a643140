package dev.slipway.cli.cluster;

import dev.slipway.cli.ExitCode;
import dev.slipway.cli.print.Output;
import dev.slipway.contracts.Wire;
import dev.slipway.planner.clusterfile.ClusterfileReader;
import dev.slipway.planner.clusterfile.ClusterfileResult;
import dev.slipway.planner.clusterfile.SecretPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "validate",
        description =
                "Check a Clusterfile or a list of hosts without asking any service; all problems at once.")
public final class ValidateCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "The file; - for standard input.")
    private Path file = Path.of("-");

    @Override
    public Integer call() {
        String text = Submission.textOf(file);
        return switch (ClusterfileReader.read(text, SecretPolicy.PENDING)) {
            case ClusterfileResult.Accepted(var clusterfile) -> {
                List<String> missing = new LocalFiles(file, text).problems();
                if (!missing.isEmpty()) {
                    output.one(
                            Wire.mapper().valueToTree(missing),
                            () ->
                                    missing.stream()
                                            .map(p -> file + ": " + p)
                                            .collect(Collectors.joining("\n")),
                            p -> "");
                    yield ExitCode.USAGE;
                }
                output.one(
                        Wire.mapper().valueToTree(clusterfile),
                        () ->
                                "%s is valid: cluster %s, Kubernetes %s, %d hosts"
                                        .formatted(
                                                file,
                                                clusterfile.name(),
                                                clusterfile.version(),
                                                clusterfile.hosts().size()),
                        c -> clusterfile.name().value());
                yield ExitCode.OK;
            }
            case ClusterfileResult.HostsOnly(var hosts) -> {
                output.one(
                        Wire.mapper().valueToTree(hosts),
                        () ->
                                "%s is valid: %d hosts under the name %s"
                                        .formatted(file, hosts.hosts().size(), hosts.name()),
                        h -> hosts.name().value());
                yield ExitCode.OK;
            }
            case ClusterfileResult.Rejected(var problems) -> {
                output.one(
                        Wire.mapper().valueToTree(problems),
                        () ->
                                problems.stream()
                                        .map(p -> file + ": " + p)
                                        .collect(Collectors.joining("\n")),
                        p -> "");
                yield ExitCode.USAGE;
            }
        };
    }
}
