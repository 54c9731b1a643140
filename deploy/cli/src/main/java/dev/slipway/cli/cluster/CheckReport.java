package dev.slipway.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.print.Table;
import dev.slipway.cli.print.Terminal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a check found, host by host.
///
/// @param json the planner's answer
record CheckReport(JsonNode json) {
    private static final List<String> RESULTS = List.of("ok", "warn", "fail");

    /// How each host fares; then what is wrong, each with the way to mend it; then the sentence
    /// that says how it ended.
    ///
    /// @param wide every check of every host instead
    String text(boolean wide) {
        var text = new StringBuilder((wide ? all() : summary()).toString()).append('\n');
        if (!wide) {
            for (JsonNode host : json.path("hosts")) {
                for (JsonNode check : host.path("checks")) {
                    finding(text, host, check);
                }
            }
        }
        return text.append('\n').append(Terminal.safe(verdict())).toString();
    }

    private Table summary() {
        var table = new Table("HOST", "OK", "WARN", "FAIL", "ADDRESS");
        for (JsonNode host : json.path("hosts")) {
            Map<String, Integer> counts = counts(host);
            table.row(
                    host.path("name").asText(),
                    counts.getOrDefault("ok", 0).toString(),
                    counts.getOrDefault("warn", 0).toString(),
                    counts.getOrDefault("fail", 0).toString(),
                    host.path("host").asText());
        }
        return table;
    }

    private static Map<String, Integer> counts(JsonNode host) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        RESULTS.forEach(r -> counts.put(r, 0));
        host.path("checks").forEach(c -> counts.merge(c.path("result").asText(), 1, Integer::sum));
        return counts;
    }

    private Table all() {
        var table = new Table("HOST", "CHECK", "RESULT", "FOUND", "MEND");
        for (JsonNode host : json.path("hosts")) {
            for (JsonNode check : host.path("checks")) {
                table.row(
                        host.path("name").asText(),
                        check.path("check").asText(),
                        check.path("result").asText(),
                        check.path("message").asText(""),
                        check.path("advice").asText(""));
            }
        }
        return table;
    }

    private static void finding(StringBuilder text, JsonNode host, JsonNode check) {
        String result = check.path("result").asText();
        if (!result.equals("ok")) {
            text.append(
                    Terminal.safe(
                            "\n%s [%s] %s: %s\n  %s\n"
                                    .formatted(
                                            result,
                                            host.path("name").asText(),
                                            check.path("check").asText(),
                                            check.path("message").asText(""),
                                            check.path("advice").asText(""))));
        }
    }

    /// Its own sentence repeats what failed.
    private String verdict() {
        boolean told = json.path("hosts").findValuesAsText("result").contains("fail");
        return "check of %s: %s%s"
                .formatted(
                        json.path("cluster").asText(),
                        json.path("outcome").asText("not over"),
                        told ? "" : ", " + json.path("message").asText(""));
    }
}
