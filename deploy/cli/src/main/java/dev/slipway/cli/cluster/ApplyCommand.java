package dev.slipway.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.ExitCode;
import dev.slipway.cli.api.ClientOptions;
import dev.slipway.cli.api.Services;
import dev.slipway.cli.host.HostsCommand;
import dev.slipway.cli.print.Output;
import dev.slipway.cli.run.PlanText;
import dev.slipway.cli.run.RunWatch;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "apply",
        description = "Make a cluster what its Clusterfile says: install it, or change it.")
public final class ApplyCommand implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();
    @Mixin private Output output = new Output();

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "The Clusterfile; - for standard input.")
    private Path file = Path.of("-");

    @Option(
            names = "--dry-run",
            description = "Look at the hosts and show the plan; change nothing.")
    private boolean dryRun;

    @Option(names = "--watch", description = "Follow the run until it settles.")
    private boolean watch;

    @Option(
            names = "--strict",
            description = "Reserve the failure limit too, so that it is never exceeded.")
    private boolean strict;

    @Option(
            names = "--accept-new-host-keys",
            description = "Trust hosts seen for the first time without asking.")
    private boolean acceptNewHostKeys;

    @Override
    public Integer call() {
        Services services = client.services();
        JsonNode run =
                Applying.of(file, services)
                        .open(new Applying.Wishes(dryRun, strict, acceptNewHostKeys));
        String id = run.path("id").asText();
        if (!watch && !dryRun) {
            output.one(
                    run,
                    () ->
                            "run %1$s opened for cluster %2$s%n  watch it:   slipway describe run %1$s --watch%n  its output: slipway logs %1$s -f"
                                    .formatted(id, run.path("cluster").asText()),
                    r -> id);
            return ExitCode.OK;
        }
        int code = new RunWatch(services, id).follow();
        if (code != ExitCode.OK && HostsCommand.trustUnknown(services, id)) {
            services.planner().post("/v1/runs/%s/retry".formatted(id), Map.of());
            code = new RunWatch(services, id).follow();
        }
        if (dryRun && code == ExitCode.OK) {
            JsonNode plan = services.planner().get("/v1/runs/%s/plan".formatted(id));
            output.one(plan, () -> PlanText.of(plan), p -> id);
        }
        return code;
    }
}
