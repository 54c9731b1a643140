package dev.slipway.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.api.ClientOptions;
import dev.slipway.cli.print.Output;
import dev.slipway.cli.print.Table;
import dev.slipway.cli.print.Times;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "get",
        description =
                "List clusters, runs, hosts or pools; or what runs in a cluster: nodes, namespaces, pods, services.",
        subcommands = {
            GetCommand.Clusters.class,
            GetCommand.Runs.class,
            GetCommand.Hosts.class,
            GetCommand.Pools.class,
            GetInCluster.Nodes.class,
            GetInCluster.Namespaces.class,
            GetInCluster.Pods.class,
            GetInCluster.Services.class
        },
        synopsisSubcommandLabel = "clusters|runs|hosts|pools|nodes|namespaces|pods|services")
public final class GetCommand {
    @Command(name = "clusters", description = "List clusters.")
    static final class Clusters implements Runnable {
        @Mixin private ClientOptions client = new ClientOptions();
        @Mixin private Output output = new Output();

        @Override
        public void run() {
            JsonNode clusters = client.services().planner().get("/v1/clusters").path("clusters");
            output.list(
                    clusters,
                    wide -> table(clusters, wide),
                    c -> c.path("name").asText(),
                    "No clusters yet: `slipway apply -f FILE` makes one.");
        }

        private static Table table(JsonNode clusters, boolean wide) {
            var table =
                    wide
                            ? new Table(
                                    "NAME",
                                    "STATE",
                                    "HOSTS",
                                    "REVISION",
                                    "LAST RUN",
                                    "OUTCOME",
                                    "GENERATION")
                            : new Table(
                                    "NAME", "STATE", "HOSTS", "REVISION", "LAST RUN", "OUTCOME");
            for (JsonNode c : clusters) {
                JsonNode last = c.path("lastRun");
                String[] cells = {
                    c.path("name").asText(),
                    c.path("state").asText(),
                    String.valueOf(c.path("hosts").size()),
                    c.path("revision").asText(),
                    last.path("id").asText("-"),
                    last.path("outcome").asText(last.path("state").asText("-")),
                    c.path("generation").asText()
                };
                table.row(wide ? cells : java.util.Arrays.copyOf(cells, 6));
            }
            return table;
        }
    }

    @Command(name = "runs", description = "List runs, the newest first.")
    static final class Runs implements Runnable {
        @Mixin private ClientOptions client = new ClientOptions();
        @Mixin private Output output = new Output();

        @Option(names = "--cluster", paramLabel = "NAME", description = "Only this cluster's.")
        private Optional<String> cluster = Optional.empty();

        @Option(
                names = "--limit",
                defaultValue = "20",
                description = "How many at the most (default: 20).")
        private int limit;

        @Override
        public void run() {
            String query = "?limit=" + limit + cluster.map(c -> "&cluster=" + c).orElse("");
            JsonNode runs = client.services().planner().get("/v1/runs" + query).path("runs");
            output.list(
                    runs, wide -> table(runs, wide), r -> r.path("id").asText(), "No runs yet.");
        }

        private static Table table(JsonNode runs, boolean wide) {
            var table =
                    wide
                            ? new Table(
                                    "RUN",
                                    "CLUSTER",
                                    "OPERATION",
                                    "STATE",
                                    "OPENED",
                                    "TOOK",
                                    "BY",
                                    "REASON")
                            : new Table("RUN", "CLUSTER", "OPERATION", "STATE", "OPENED", "TOOK");
            for (JsonNode r : runs) {
                String[] cells = {
                    r.path("id").asText(),
                    r.path("cluster").asText(),
                    r.path("operation").asText()
                            + (r.path("dryRun").asBoolean() ? " (dry run)" : ""),
                    r.path("outcome").asText(r.path("state").asText()),
                    Times.ago(r.path("openedAt")),
                    Times.between(r.path("openedAt"), r.path("settledAt")),
                    r.path("actor").asText(),
                    r.path("reason").asText("")
                };
                table.row(wide ? cells : java.util.Arrays.copyOf(cells, 6));
            }
            return table;
        }
    }

    @Command(name = "hosts", description = "List hosts.")
    static final class Hosts implements Runnable {
        @Mixin private ClientOptions client = new ClientOptions();
        @Mixin private Output output = new Output();

        @Override
        public void run() {
            JsonNode hosts = client.services().planner().get("/v1/hosts").path("hosts");
            output.list(
                    hosts,
                    wide -> table(hosts, wide),
                    h -> h.path("address").asText(),
                    "No hosts yet.");
        }

        private static Table table(JsonNode hosts, boolean wide) {
            var table =
                    wide
                            ? new Table("ADDRESS", "NAME", "CLUSTER", "ROLES", "HOST KEY", "SYSTEM")
                            : new Table("ADDRESS", "NAME", "CLUSTER", "ROLES");
            for (JsonNode h : hosts) {
                String[] cells = {
                    h.path("address").asText(),
                    h.path("name").asText("-"),
                    h.path("cluster").asText("-"),
                    Views.joined(h.path("roles")),
                    Views.hostKey(h),
                    h.path("facts").path("system").path("osName").asText("-")
                };
                table.row(wide ? cells : java.util.Arrays.copyOf(cells, 4));
            }
            return table;
        }
    }

    @Command(name = "pools", description = "List pools of executors, and who works there.")
    static final class Pools implements Runnable {
        @Mixin private ClientOptions client = new ClientOptions();
        @Mixin private Output output = new Output();

        @Override
        public void run() {
            JsonNode pools = client.services().planner().get("/v1/pools").path("pools");
            output.list(
                    pools,
                    wide -> table(pools, wide),
                    p -> p.path("name").asText(),
                    "No pools: the broker has no topic slipway.tasks.NAME that you may use.");
        }

        private static Table table(JsonNode pools, boolean wide) {
            var table =
                    wide
                            ? new Table(
                                    "NAME", "EXECUTORS", "YOUR WAITING", "YOUR RUNNING", "AT MOST")
                            : new Table("NAME", "EXECUTORS", "YOUR WAITING", "YOUR RUNNING");
            for (JsonNode p : pools) {
                String[] cells = {
                    p.path("name").asText(),
                    p.path("executors").asText(),
                    p.path("waiting").asText(),
                    p.path("running").asText(),
                    p.path("partitions").asText()
                };
                table.row(wide ? cells : java.util.Arrays.copyOf(cells, 4));
            }
            return table;
        }
    }
}
