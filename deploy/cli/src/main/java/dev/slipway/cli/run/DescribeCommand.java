package dev.slipway.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.api.ApiFailure;
import dev.slipway.cli.api.ClientOptions;
import dev.slipway.cli.print.Output;
import dev.slipway.cli.print.Table;
import dev.slipway.cli.print.Times;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "describe",
        description = "Show one cluster or run in full.",
        subcommands = {DescribeCommand.Cluster.class, DescribeCommand.Run.class},
        synopsisSubcommandLabel = "cluster|run")
public final class DescribeCommand {
    @Command(
            name = "cluster",
            description =
                    "Show a cluster: state, hosts, last run; and, asked of itself, how many nodes and pods run and what they use.")
    static final class Cluster implements Runnable {
        @Mixin private ClientOptions client = new ClientOptions();
        @Mixin private Output output = new Output();

        @Parameters(paramLabel = "CLUSTER", description = "Its name.")
        private String name;

        @Option(
                names = "--recorded",
                description = "Only what is recorded: the cluster itself is asked nothing.")
        private boolean recorded;

        @Override
        public void run() {
            var cluster = ClusterDescription.of(client.services(), name, recorded);
            output.one(cluster.json(), cluster::text, c -> c.path("name").asText());
        }
    }

    @Command(name = "run", description = "Show a run: phases, limits, times, failures.")
    static final class Run implements Callable<Integer> {
        @Mixin private ClientOptions client = new ClientOptions();
        @Mixin private Output output = new Output();

        @Parameters(paramLabel = "RUN", description = "Its id.")
        private String id;

        @Option(names = "--watch", description = "Follow it until it settles.")
        private boolean watch;

        @Override
        public Integer call() {
            if (watch) {
                return new RunWatch(client.services(), id).follow();
            }
            JsonNode run = withTimes(client.services().planner().get("/v1/runs/" + id));
            output.one(run, () -> text(run), r -> r.path("id").asText());
            return 0;
        }

        /// Adds what the status service measured, as far as it has come.
        private JsonNode withTimes(JsonNode run) {
            try {
                ((ObjectNode) run)
                        .set("progress", client.services().status().get("/v1/runs/" + id));
            } catch (ApiFailure e) {
                // The view lags or is away: the planner's answer stands alone.
            }
            return run;
        }

        private static String text(JsonNode run) {
            var phases =
                    new Table(
                            "PHASE",
                            "STATE",
                            "HOSTS",
                            "OK",
                            "FAILED",
                            "UNKNOWN",
                            "LEFT OUT",
                            "WINDOW",
                            "LIMIT",
                            "TOOK",
                            "ON HOSTS");
            for (JsonNode p : run.path("phases")) {
                phases.row(
                        p.path("name").asText(),
                        p.path("state").asText(),
                        p.path("total").asText(),
                        p.path("succeeded").asText(),
                        p.path("failed").asText(),
                        p.path("unknown").asText(),
                        p.path("leftOut").asText(),
                        p.path("window").asText(),
                        p.path("failureLimit").asText(),
                        Views.took(p),
                        TimeLine.hostTime(run.path("progress"), p.path("name").asText()));
            }
            return Views.headline(run)
                    + "\nopened %s, took %s\n"
                            .formatted(
                                    Times.ago(run.path("openedAt")),
                                    Times.between(run.path("openedAt"), run.path("settledAt")))
                    + (run.hasNonNull("message") ? run.path("message").asText() + "\n" : "")
                    + "\n"
                    + phases
                    + "\n"
                    + Views.failures(run)
                    + Views.nextSteps(run);
        }
    }
}
