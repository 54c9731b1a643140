package dev.slipway.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.ExitCode;
import dev.slipway.cli.api.ClientOptions;
import dev.slipway.cli.api.Services;
import dev.slipway.cli.host.HostsCommand;
import dev.slipway.cli.print.Output;
import dev.slipway.cli.run.HostOutput;
import dev.slipway.cli.run.RunWatch;
import dev.slipway.cli.run.Views;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "check",
        description = {
            "Look whether hosts are fit for what their Clusterfile says, and how the cluster is where it is installed.",
            "Nothing is changed. The exit code is 1 if anything failed; warnings alone do not count."
        })
public final class CheckCommand implements Callable<Integer> {
    static final class Where {
        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                description = "The Clusterfile; - for standard input.")
        private Optional<Path> file = Optional.empty();

        @Option(
                names = "--cluster",
                paramLabel = "NAME",
                description = "This cluster's latest Clusterfile.")
        private Optional<String> cluster = Optional.empty();
    }

    @Mixin private ClientOptions client = new ClientOptions();
    @Mixin private Output output = new Output();

    @ArgGroup private Where where = new Where();

    @Option(
            names = "--accept-new-host-keys",
            description = "Trust hosts seen for the first time without asking.")
    private boolean acceptNewHostKeys;

    @Override
    public Integer call() {
        if (where.file.isEmpty() && where.cluster.isEmpty()) {
            throw CommandFailure.usage(
                    "name what to check: --file with a Clusterfile, or --cluster with a name");
        }
        Optional<Submission> submission = where.file.map(CheckCommand::submission);
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("operation", "check");
        request.put("acceptNewHostKeys", acceptNewHostKeys);
        where.cluster.ifPresent(name -> request.put("cluster", name));
        Services services = client.services();
        submission.ifPresent(s -> request.put("clusterfile", s.withoutSecrets(services)));
        JsonNode ended = ended(services, request);
        if (Views.exitCode(ended) != ExitCode.OK
                && HostsCommand.trustUnknown(services, ended.path("id").asText())) {
            ended = ended(services, request);
        }
        String id = ended.path("id").asText();
        var report = new CheckReport(services.planner().get("/v1/runs/%s/checks".formatted(id)));
        output.one(report.json(), () -> report.text(output.isWide()), _ -> id);
        return Views.exitCode(ended);
    }

    private static JsonNode ended(Services services, Map<String, Object> request) {
        JsonNode run = services.planner().post("/v1/runs", request);
        String id = run.path("id").asText();
        System.err.printf(
                "run %s: check of %d hosts of %s%n",
                id, run.path("phases").path(0).path("total").asInt(), run.path("cluster").asText());
        return new RunWatch(services, id, new HostOutput(HostOutput.Mode.NONE)).ended();
    }

    private static Submission submission(Path file) {
        var submission = Submission.of(file);
        if (submission.clusterfile().isEmpty()) {
            throw CommandFailure.usage(
                    "%s lists hosts only (kind Hosts): `slipway check` needs a document of kind Cluster"
                            .formatted(file));
        }
        return submission;
    }
}
