package dev.slipway.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.api.Services;
import dev.slipway.planner.clusterfile.Clusterfile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Opens a run that makes a cluster what its Clusterfile says.
public final class Applying {
    /// What the user wishes beside the file.
    public record Wishes(boolean dryRun, boolean strict, boolean acceptNewHostKeys) {
        public static Wishes none() {
            return new Wishes(false, false, false);
        }
    }

    private final Services services;
    private final Submission submission;
    private final Clusterfile clusterfile;

    private Applying(Services services, Submission submission, Clusterfile clusterfile) {
        this.services = services;
        this.submission = submission;
        this.clusterfile = clusterfile;
    }

    /// @throws CommandFailure listing every problem of the file; nothing was sent then
    public static Applying of(Path file, Services services) {
        var submission = Submission.of(file);
        return new Applying(
                services,
                submission,
                submission
                        .clusterfile()
                        .orElseThrow(() ->
                                CommandFailure.usage(
                                        "%s lists hosts only (kind Hosts), which `slipway exec` takes: `slipway apply` needs a document of kind Cluster"
                                                .formatted(file))));
    }

    public Clusterfile clusterfile() {
        return clusterfile;
    }

    public String clusterName() {
        return clusterfile.name().value();
    }

    /// Sends files and secrets, then opens the run.
    public JsonNode open(Wishes wishes) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("operation", "apply");
        submission.sendFiles(services);
        request.put("clusterfile", submission.withoutSecrets(services));
        request.put("dryRun", wishes.dryRun());
        request.put("strict", wishes.strict());
        request.put("acceptNewHostKeys", wishes.acceptNewHostKeys());
        return services.planner().post("/v1/runs", request);
    }
}
