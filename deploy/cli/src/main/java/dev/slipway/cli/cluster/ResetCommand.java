package dev.slipway.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.api.ClientOptions;
import dev.slipway.cli.print.Confirmation;
import dev.slipway.cli.run.RunWatch;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "reset",
        description = "Take Kubernetes off the hosts of a cluster; they can be installed again.")
public final class ResetCommand implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "CLUSTER", description = "The cluster's name.")
    private String cluster = "";

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description =
                    "The Clusterfile to go by instead of the last one: hosts that are absent: true"
                            + " in it are left out.")
    private Optional<Path> file = Optional.empty();

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Option(names = "--watch", description = "Follow the run until it settles.")
    private boolean watch;

    @Override
    public Integer call() {
        Confirmation.require(
                yes,
                "This removes cluster \"%s\" and all that runs on it from its hosts."
                        .formatted(cluster),
                cluster);
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("operation", "reset");
        request.put("cluster", cluster);
        file.ifPresent(path ->
                request.put("clusterfile", Submission.of(path).withoutSecrets(client.services())));
        JsonNode run = client.services().planner().post("/v1/runs", request);
        String id = run.path("id").asText();
        if (watch) {
            return new RunWatch(client.services(), id).follow();
        }
        System.out.printf("run %s opened%n  watch it:  slipway describe run %1$s --watch%n", id);
        return 0;
    }
}
