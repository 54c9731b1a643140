package dev.slipway.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.ExitCode;
import dev.slipway.cli.api.Services;
import dev.slipway.cli.print.Confirmation;
import dev.slipway.cli.run.PlanText;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Shows the plan of a change, asks, and watches what comes of it.
final class Review {
    @Mixin private WishOptions wishes = new WishOptions();

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    /// @param agreed done once the run is opened that changes something
    int through(Services services, RunRequest request, Runnable agreed) {
        String consequence =
                "This changes cluster \"%s\" as its plan says.".formatted(request.clusterName());
        if (!wishes.dryRun()) {
            Confirmation.requireSomebody(yes, consequence);
        }
        RunRequest.Followed shown = request.follow(services, wishes.dry());
        JsonNode run = services.planner().get("/v1/runs/" + shown.run());
        if (shown.code() != ExitCode.OK || !run.path("outcome").asText().equals("PLANNED")) {
            return shown.code();
        }
        System.out.println(
                PlanText.of(services.planner().get("/v1/runs/%s/plan".formatted(shown.run()))));
        if (wishes.dryRun()) {
            return ExitCode.OK;
        }
        Confirmation.require(yes, consequence, request.clusterName());
        return request.follow(services, wishes.wishes(), agreed).code();
    }
}
