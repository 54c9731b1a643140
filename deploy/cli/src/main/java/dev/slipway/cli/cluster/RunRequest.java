package dev.slipway.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.ExitCode;
import dev.slipway.cli.api.Services;
import dev.slipway.cli.host.HostsCommand;
import dev.slipway.cli.run.RunWatch;
import dev.slipway.planner.clusterfile.Clusterfile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A run that is asked for: of a Clusterfile, or of a cluster that is known.
public final class RunRequest {
    /// What the user wishes beside that.
    public record Wishes(boolean dryRun, boolean strict, boolean acceptNewHostKeys) {
        public static Wishes none() {
            return new Wishes(false, false, false);
        }
    }

    /// How a run ended that was followed.
    record Followed(String run, int code) {}

    private final String operation;
    private final String cluster;
    private final Optional<Submission> submission;
    private final Map<String, Object> more = new LinkedHashMap<>();

    private RunRequest(String operation, String cluster, Optional<Submission> submission) {
        this.operation = operation;
        this.cluster = cluster;
        this.submission = submission;
    }

    /// @throws CommandFailure listing every problem of the file; nothing was sent then
    public static RunRequest of(String operation, Path file) {
        return of(operation, file, Submission.textOf(file));
    }

    /// @param file by which the text is known, and beside which the files lie that it names
    /// @throws CommandFailure listing every problem of the text; nothing was sent then
    static RunRequest of(String operation, Path file, String text) {
        var submission = Submission.of(file, text);
        if (submission.clusterfile().isEmpty()) {
            throw CommandFailure.usage(
                    "%s lists hosts only (kind Hosts), which `slipway exec` takes: `slipway %s` needs a document of kind Cluster"
                            .formatted(file, operation));
        }
        return new RunRequest(
                operation, submission.hosts().name().value(), Optional.of(submission));
    }

    /// By the latest Clusterfile of a cluster.
    static RunRequest of(String operation, String cluster) {
        return new RunRequest(operation, cluster, Optional.empty());
    }

    /// The same with another field of the request.
    RunRequest with(String field, Object value) {
        more.put(field, value);
        return this;
    }

    /// @throws java.util.NoSuchElementException if it is by a cluster's name
    public Clusterfile clusterfile() {
        return submission.flatMap(Submission::clusterfile).orElseThrow();
    }

    public String clusterName() {
        return cluster;
    }

    /// Sends files and secrets, then opens the run.
    public JsonNode open(Services services, Wishes wishes) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("operation", operation);
        request.put("cluster", cluster);
        submission.ifPresent(s -> {
            s.sendFiles(services);
            request.put("clusterfile", s.withoutSecrets(services));
        });
        request.put("dryRun", wishes.dryRun());
        request.put("strict", wishes.strict());
        request.put("acceptNewHostKeys", wishes.acceptNewHostKeys());
        request.putAll(more);
        return services.planner().post("/v1/runs", request);
    }

    /// Opens the run and watches it to its end. Hosts seen for the first time are asked about where
    /// somebody can be asked; once they are trusted it goes on.
    Followed follow(Services services, Wishes wishes) {
        return follow(services, wishes, () -> {});
    }

    /// @param opened done once the run is open
    Followed follow(Services services, Wishes wishes, Runnable opened) {
        String run = open(services, wishes).path("id").asText();
        opened.run();
        int code = new RunWatch(services, run).follow();
        if (code == ExitCode.OK || !HostsCommand.trustUnknown(services, run)) {
            return new Followed(run, code);
        }
        if (wishes.dryRun()) {
            run = open(services, wishes).path("id").asText();
        } else {
            services.planner().post("/v1/runs/%s/retry".formatted(run), Map.of());
        }
        return new Followed(run, new RunWatch(services, run).follow());
    }
}
