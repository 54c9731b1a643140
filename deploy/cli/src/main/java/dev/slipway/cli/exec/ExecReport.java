package dev.slipway.cli.exec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.print.Table;
import dev.slipway.cli.print.Terminal;
import dev.slipway.cli.print.Times;
import dev.slipway.cli.run.HostOutput;
import dev.slipway.cli.run.Views;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Who did what and why, once the run is over.
final class ExecReport {
    // More hosts than that are told one by one only where they did not succeed.
    private static final int EACH = 50;

    private final JsonNode ended;
    private final List<ObjectNode> hosts;

    private ExecReport(JsonNode ended, List<ObjectNode> hosts) {
        this.ended = ended;
        this.hosts = hosts;
    }

    /// @param ended the planner's view of the run, which decides
    /// @param progress the status service's, which knows each host
    static ExecReport of(JsonNode ended, JsonNode progress) {
        var hosts = new ArrayList<ObjectNode>();
        JsonNode tasks = progress.path("phases").path(0).path("hosts");
        for (JsonNode host : progress.path("hosts")) {
            String address = host.path("address").asText();
            hosts.add(host(host, tasks.path(address), ended.path("reason").asText("")));
        }
        return new ExecReport(ended, hosts);
    }

    /// Where nobody but the planner answers: it names the hosts that did not succeed.
    static ExecReport of(JsonNode ended) {
        var hosts = new ArrayList<ObjectNode>();
        for (JsonNode failure : ended.path("failures")) {
            ObjectNode host = object();
            host.set("address", failure.path("host"));
            host.set("name", failure.path("host"));
            host.put(
                    "state",
                    failure.path("reason").asText().equals("TASK_LOST") ? "UNKNOWN" : "FAILED");
            host.set("reason", failure.path("reason"));
            host.set("message", failure.path("message"));
            hosts.add(host);
        }
        return new ExecReport(ended, hosts);
    }

    private static ObjectNode host(JsonNode host, JsonNode task, String whyEnded) {
        ObjectNode row = object();
        row.set("address", host.path("address"));
        row.set("name", host.path("name"));
        String state = task.path("state").asText("LEFT_OUT");
        row.put("state", state);
        for (String field : List.of("exitCode", "hostTime", "reason", "message")) {
            if (task.hasNonNull(field)) {
                row.set(field, task.path(field));
            }
        }
        // Of hosts that were not tried, and of those that never reported, nobody but the run knows.
        if (!row.has("reason") && state.equals("LEFT_OUT") && !whyEnded.isEmpty()) {
            row.put("reason", whyEnded);
        } else if (!row.has("reason") && state.equals("UNKNOWN")) {
            row.put("reason", "TASK_LOST");
        }
        return row;
    }

    /// @param output adds what each host printed
    ObjectNode json(Function<String, HostOutput.Kept> output) {
        ObjectNode json = object();
        json.set("run", ended.path("id"));
        for (String field : List.of("operation", "cluster", "outcome", "reason", "message")) {
            if (ended.hasNonNull(field)) {
                json.set(field, ended.path(field));
            }
        }
        for (String field : List.of("succeeded", "failed", "unknown", "leftOut")) {
            json.put(field, count(field));
        }
        ArrayNode all = json.putArray("hosts");
        for (ObjectNode host : hosts) {
            var kept = output.apply(host.path("address").asText());
            ObjectNode row = host.deepCopy();
            row.put("output", kept.text());
            if (kept.truncated()) {
                row.put("outputTruncated", true);
            }
            all.add(row);
        }
        return json;
    }

    /// The table, what is left out of it, and the tally.
    ///
    /// @param wide every host, with its address and the whole message
    String text(boolean wide) {
        boolean each = wide || hosts.size() <= EACH;
        var table =
                wide
                        ? new Table("HOST", "STATE", "EXIT", "TOOK", "REASON", "ADDRESS", "MESSAGE")
                        : new Table("HOST", "STATE", "EXIT", "TOOK", "REASON");
        int succeeded = 0;
        for (JsonNode host : hosts) {
            if (each || !host.path("state").asText().equals("SUCCEEDED")) {
                row(table, host, wide);
            } else {
                succeeded++;
            }
        }
        var text = new StringBuilder();
        if (!table.isEmpty()) {
            text.append(table).append('\n');
        }
        if (succeeded > 0) {
            text.append("and %d hosts that succeeded (-o wide lists them)%n".formatted(succeeded));
        }
        return text.append('\n').append(tally()).toString();
    }

    private static void row(Table table, JsonNode host, boolean wide) {
        String[] cells = {
            host.path("name").asText(),
            host.path("state").asText(),
            host.path("exitCode").asText("-"),
            took(host),
            host.path("reason").asText(""),
            host.path("address").asText(),
            host.path("message").asText("")
        };
        table.row(wide ? cells : java.util.Arrays.copyOf(cells, 5));
    }

    private static String took(JsonNode host) {
        Duration time = Duration.parse(host.path("hostTime").asText("PT0S"));
        return time.isZero() ? "-" : Times.text(time);
    }

    private String tally() {
        long total = count("total");
        var text =
                new StringBuilder(
                        "exec on %s: %d of %d %s succeeded"
                                .formatted(
                                        ended.path("cluster").asText(),
                                        count("succeeded"),
                                        total,
                                        total == 1 ? "host" : "hosts"));
        part(text, "failed", "failed");
        part(text, "unknown", "unknown");
        part(text, "leftOut", "left out");
        text.append(" in ")
                .append(Times.between(ended.path("openedAt"), ended.path("settledAt")))
                .append(": ")
                .append(ended.path("outcome").asText(ended.path("state").asText()));
        if (ended.hasNonNull("reason")) {
            text.append(
                    " (%s)%n%s%n"
                            .formatted(
                                    ended.path("reason").asText(), ended.path("message").asText()));
        }
        String next = Views.nextSteps(ended);
        return Terminal.safe(text + (next.isEmpty() ? "" : "\n" + next));
    }

    private void part(StringBuilder text, String field, String word) {
        if (count(field) > 0) {
            text.append(", ").append(count(field)).append(' ').append(word);
        }
    }

    private long count(String field) {
        long count = 0;
        for (JsonNode phase : ended.path("phases")) {
            count += phase.path(field).asLong();
        }
        return count;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
