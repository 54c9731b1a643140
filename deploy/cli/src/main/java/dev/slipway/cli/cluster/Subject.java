package dev.slipway.cli.cluster;

import dev.slipway.cli.CommandFailure;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Which cluster is meant: one that is known, or a Clusterfile's.
final class Subject {
    @Parameters(
            arity = "0..1",
            paramLabel = "CLUSTER",
            description = "The cluster's name; its latest Clusterfile counts.")
    private Optional<String> cluster = Optional.empty();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "The Clusterfile, instead; - for standard input.")
    private Optional<Path> file = Optional.empty();

    /// @throws CommandFailure if not one of both is said, or the file has problems
    RunRequest request(String operation) {
        if (cluster.isPresent() == file.isPresent()) {
            throw CommandFailure.usage(
                    "name the cluster either by its name or by its Clusterfile: `slipway %1$s NAME …` or `slipway %1$s -f FILE …`"
                            .formatted(operation));
        }
        return file.map(f -> RunRequest.of(operation, f))
                .orElseGet(() -> RunRequest.of(operation, cluster.orElseThrow()));
    }
}
