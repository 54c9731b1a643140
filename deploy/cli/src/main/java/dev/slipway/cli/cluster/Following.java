package dev.slipway.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.ExitCode;
import dev.slipway.cli.api.Services;
import dev.slipway.cli.print.Output;
import dev.slipway.cli.run.PlanText;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// How `apply` and its kin open a run and follow it.
final class Following {
    @Mixin private Output output = new Output();
    @Mixin private WishOptions wishes = new WishOptions();

    @Option(names = "--watch", description = "Follow the run until it settles.")
    private boolean watch;

    Output output() {
        return output;
    }

    boolean dryRun() {
        return wishes.dryRun();
    }

    int through(Services services, RunRequest request) {
        return through(services, request, _ -> {});
    }

    /// @param finished told the run's id once it was seen to succeed
    int through(Services services, RunRequest request, Consumer<String> finished) {
        if (!watch && !dryRun()) {
            JsonNode run = request.open(services, wishes.wishes());
            String id = run.path("id").asText();
            output.one(
                    run,
                    () ->
                            "run %1$s opened for cluster %2$s%n  watch it:   slipway describe run %1$s --watch%n  its output: slipway logs %1$s -f"
                                    .formatted(id, run.path("cluster").asText()),
                    r -> id);
            return ExitCode.OK;
        }
        RunRequest.Followed followed = request.follow(services, wishes.wishes());
        if (followed.code() == ExitCode.OK && dryRun()) {
            showPlan(services, followed.run());
        } else if (followed.code() == ExitCode.OK) {
            finished.accept(followed.run());
        }
        return followed.code();
    }

    /// Where there is nothing to do, there is no plan.
    private void showPlan(Services services, String run) {
        String outcome = services.planner().get("/v1/runs/" + run).path("outcome").asText();
        if (outcome.equals("PLANNED")) {
            JsonNode plan = services.planner().get("/v1/runs/%s/plan".formatted(run));
            output.one(plan, () -> PlanText.of(plan), p -> run);
        }
    }
}
