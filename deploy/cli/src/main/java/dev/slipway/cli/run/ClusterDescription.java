package dev.slipway.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.api.ApiFailure;
import dev.slipway.cli.api.Services;
import dev.slipway.cli.print.Table;
import dev.slipway.cli.print.Terminal;
import java.util.Optional;

/// A cluster in full: what is recorded of it, and, asked of itself, what runs in it.
public final class ClusterDescription {
    private final ObjectNode cluster;
    private final String trouble;

    private ClusterDescription(ObjectNode cluster, String trouble) {
        this.cluster = cluster;
        this.trouble = trouble;
    }

    /// @param recorded whether the cluster itself is asked nothing
    public static ClusterDescription of(Services services, String name, boolean recorded) {
        var cluster = (ObjectNode) services.planner().get("/v1/clusters/" + name);
        boolean asked = !recorded && !cluster.path("state").asText().equals("ABSENT");
        return new ClusterDescription(cluster, asked ? addUsage(services, cluster) : "");
    }

    /// @return why it is not known; empty if it is
    private static String addUsage(Services services, ObjectNode cluster) {
        try {
            String name = cluster.path("name").asText();
            cluster.set(
                    "usage",
                    new ClusterView(services, name).ask("usage", Optional.empty()).path(0));
            return "";
        } catch (ApiFailure | CommandFailure e) {
            return String.valueOf(e.getMessage());
        }
    }

    /// The planner's view of it, with `usage` where that is known.
    public ObjectNode json() {
        return cluster;
    }

    /// For people.
    public String text() {
        JsonNode last = cluster.path("lastRun");
        var hosts = new Table("HOST", "NAME", "ROLES", "SYSTEM");
        cluster.path("hosts")
                .forEach(h ->
                        hosts.row(
                                h.path("address").asText(),
                                h.path("name").asText("-"),
                                Views.joined(h.path("roles")),
                                h.path("facts").path("system").path("osName").asText("-")));
        return """
        Cluster     %s
        State       %s
        Revision    %s (generation %s)
        Last run    %s
        %s
        %s\
        """
                .formatted(
                        cluster.path("name").asText(),
                        cluster.path("state").asText(),
                        cluster.path("revision").asText(),
                        cluster.path("generation").asText(),
                        last.isObject()
                                ? "%s, run %s: %s"
                                        .formatted(
                                                last.path("operation").asText(),
                                                last.path("id").asText(),
                                                last.path("outcome")
                                                        .asText(last.path("state").asText()))
                                : "none",
                        cluster.has("usage")
                                ? ClusterView.usage(cluster.path("usage"))
                                : trouble.isEmpty()
                                        ? ""
                                        : "In it       not known: %s\n"
                                                .formatted(Terminal.safe(trouble)),
                        hosts);
    }
}
