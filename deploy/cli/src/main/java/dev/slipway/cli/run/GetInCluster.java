package dev.slipway.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.api.ClientOptions;
import dev.slipway.cli.print.Output;
import dev.slipway.cli.print.Table;
import dev.slipway.cli.print.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What runs in a cluster, asked of its own API.
final class GetInCluster {
    private GetInCluster() {}

    /// What the commands have in common.
    static final class Question {
        @Mixin private ClientOptions client = new ClientOptions();
        @Mixin private Output output = new Output();

        @Option(
                names = "--cluster",
                paramLabel = "NAME",
                required = true,
                description = "The cluster.")
        private String cluster;

        /// @param columns the headings; those from `narrow` on are for wide tables only
        /// @param cells of one thing, as many as there are headings
        private void list(
                String what,
                Optional<String> namespace,
                String[] columns,
                int narrow,
                Function<JsonNode, String[]> cells) {
            JsonNode rows = new ClusterView(client.services(), cluster).ask(what, namespace);
            output.list(
                    rows,
                    wide -> {
                        int count = wide ? columns.length : narrow;
                        var table = new Table(Arrays.copyOf(columns, count));
                        rows.forEach(row -> table.row(Arrays.copyOf(cells.apply(row), count)));
                        return table;
                    },
                    row -> row.path("name").asText(),
                    "No %s%s."
                            .formatted(what, namespace.map(n -> " in namespace " + n).orElse("")));
        }
    }

    /// Of which namespace.
    static final class Place {
        @Option(
                names = {"-n", "--namespace"},
                paramLabel = "NAMESPACE",
                description = "Only of this namespace (default: all).")
        private Optional<String> namespace = Optional.empty();
    }

    @Command(name = "nodes", description = "List the nodes of a cluster.")
    static final class Nodes implements Runnable {
        @Mixin private Question question = new Question();

        @Override
        public void run() {
            question.list(
                    "nodes",
                    Optional.empty(),
                    new String[] {
                        "NAME", "STATUS", "ROLES", "AGE", "VERSION", "ADDRESS", "SYSTEM", "RUNTIME"
                    },
                    5,
                    n ->
                            new String[] {
                                n.path("name").asText(),
                                n.path("status").asText(),
                                Views.joined(n.path("roles")),
                                age(n),
                                n.path("version").asText("-"),
                                n.path("address").asText("-"),
                                n.path("system").asText("-"),
                                n.path("runtime").asText("-")
                            });
        }
    }

    @Command(name = "namespaces", description = "List the namespaces of a cluster.")
    static final class Namespaces implements Runnable {
        @Mixin private Question question = new Question();

        @Override
        public void run() {
            question.list(
                    "namespaces",
                    Optional.empty(),
                    new String[] {"NAME", "STATUS", "AGE"},
                    3,
                    n -> new String[] {n.path("name").asText(), n.path("status").asText(), age(n)});
        }
    }

    @Command(name = "pods", description = "List the pods of a cluster.")
    static final class Pods implements Runnable {
        @Mixin private Question question = new Question();
        @Mixin private Place place = new Place();

        @Override
        public void run() {
            question.list(
                    "pods",
                    place.namespace,
                    new String[] {
                        "NAMESPACE", "NAME", "READY", "STATUS", "RESTARTS", "AGE", "NODE", "ADDRESS"
                    },
                    6,
                    p ->
                            new String[] {
                                p.path("namespace").asText(),
                                p.path("name").asText(),
                                p.path("ready").asText(),
                                p.path("status").asText(),
                                p.path("restarts").asText(),
                                age(p),
                                p.path("node").asText("-"),
                                p.path("address").asText("-")
                            });
        }
    }

    @Command(name = "services", description = "List the services of a cluster.")
    static final class Services implements Runnable {
        @Mixin private Question question = new Question();
        @Mixin private Place place = new Place();

        @Override
        public void run() {
            question.list(
                    "services",
                    place.namespace,
                    new String[] {"NAMESPACE", "NAME", "TYPE", "ADDRESS", "PORTS", "AGE"},
                    6,
                    s ->
                            new String[] {
                                s.path("namespace").asText(),
                                s.path("name").asText(),
                                s.path("type").asText(),
                                s.path("address").asText(),
                                Views.joined(s.path("ports")),
                                age(s)
                            });
        }
    }

    private static String age(JsonNode thing) {
        return thing.path("created").isTextual()
                ? Times.text(
                        Duration.between(
                                Instant.parse(thing.path("created").asText()), Instant.now()))
                : "-";
    }
}
