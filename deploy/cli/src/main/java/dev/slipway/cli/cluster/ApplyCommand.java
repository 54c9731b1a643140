package dev.slipway.cli.cluster;

import dev.slipway.cli.api.ClientOptions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "apply",
        description = "Make a cluster what its Clusterfile says: install it, or change it.")
public final class ApplyCommand implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();
    @Mixin private Following following = new Following();

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "The Clusterfile; - for standard input.")
    private Path file = Path.of("-");

    @Override
    public Integer call() {
        RunRequest request = RunRequest.of("apply", file);
        return following.through(client.services(), request);
    }
}
