package dev.slipway.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.ExitCode;
import dev.slipway.cli.print.Terminal;
import dev.slipway.cli.print.Times;
import java.util.ArrayList;
import java.util.List;

/// How the services' answers are put into words, where several commands show the same.
public final class Views {
    private Views() {}

    /// The strings of an array with commas; `-` if there are none.
    public static String joined(JsonNode array) {
        var words = new ArrayList<String>();
        array.forEach(w -> words.add(w.asText()));
        return words.isEmpty() ? "-" : String.join(",", words);
    }

    static String hostKey(JsonNode host) {
        if (host.hasNonNull("presentedHostKey")) {
            return "waits for trust: " + host.path("presentedHostKey").path("fingerprint").asText();
        }
        return host.path("hostKeys").path(0).path("fingerprint").asText("-");
    }

    /// Every failure of a run: host, phase, reason, the last lines of output, and where the rest
    /// is.
    public static String failures(JsonNode run) {
        var text = new StringBuilder();
        for (JsonNode f : run.path("failures")) {
            text.append(
                    "\n✗ [%s] %s: %s\n"
                            .formatted(
                                    f.path("host").asText(),
                                    f.path("phase").asText(),
                                    f.path("reason").asText()));
            line(text, "  ", f.path("message").asText(""));
            for (String output : lastLines(f.path("outputTail").asText(""), 12)) {
                text.append("    | ").append(Terminal.safe(output)).append('\n');
            }
        }
        return text.toString();
    }

    /// What scripts get to see of how a run ended.
    public static int exitCode(JsonNode run) {
        return switch (run.path("outcome").asText(run.path("state").asText())) {
            case "SUCCEEDED", "NOTHING_TO_DO", "PLANNED" -> ExitCode.OK;
            case "PAUSED" -> ExitCode.WAITING;
            case "FAILED" ->
                    switch (run.path("reason").asText()) {
                        case "FAILURE_LIMIT_REACHED", "BUDGET_EXHAUSTED", "DEADLINE_REACHED" ->
                                ExitCode.LIMIT_REACHED;
                        default -> ExitCode.FAILED;
                    };
            default -> ExitCode.FAILED;
        };
    }

    /// What to try after a run that failed or waits; a check says with each finding how to mend it,
    /// and a view is asked for again.
    public static String nextSteps(JsonNode run) {
        if (List.of("check", "view").contains(run.path("operation").asText())) {
            return "";
        }
        String id = run.path("id").asText();
        return switch (run.path("outcome").asText(run.path("state").asText())) {
            case "FAILED" ->
                    """
                    Next:
                      slipway logs %1$s              all output
                      slipway explain %2$s
                      slipway retry %1$s --watch     goes on where it stopped, with the same plan%3$s\
                    """
                            .formatted(id, run.path("reason").asText("CODE"), reset(run));
            case "PAUSED", "PAUSING" -> "Next:\n  slipway resume %s".formatted(id);
            case "CANCELLED" -> "Next:\n  slipway retry %s --watch%s".formatted(id, reset(run));
            default -> "";
        };
    }

    /// After a first installation alone: nobody is to clean up hosts of a cluster that lives.
    private static String reset(JsonNode run) {
        return run.path("operation").asText().equals("apply") && run.path("revision").asInt() == 1
                ? "\n  slipway reset %s             cleans the hosts up"
                        .formatted(run.path("cluster").asText())
                : "";
    }

    /// Whether it only runs something on hosts, and is about no cluster.
    private static boolean isExec(JsonNode run) {
        return run.path("operation").asText().equals("exec");
    }

    /// On what, or of what: hosts, or a cluster.
    static String about(JsonNode run) {
        return (isExec(run) ? "on " : "of cluster ") + run.path("cluster").asText();
    }

    /// What, for what, by whom, since when, how it stands.
    static String headline(JsonNode run) {
        return "%s %s, run %s, asked by %s: %s"
                .formatted(
                        run.path("operation").asText(),
                        isExec(run)
                                ? about(run)
                                : "%s (revision %s)"
                                        .formatted(about(run), run.path("revision").asText("-")),
                        run.path("id").asText(),
                        run.path("actor").asText("-"),
                        run.path("outcome").asText(run.path("state").asText()));
    }

    static String took(JsonNode thing) {
        return Times.between(thing.path("startedAt"), thing.path("settledAt"));
    }

    private static List<String> lastLines(String text, int count) {
        var lines = text.lines().toList();
        return lines.subList(Math.max(0, lines.size() - count), lines.size());
    }

    private static void line(StringBuilder text, String indent, String message) {
        if (!message.isBlank()) {
            text.append(indent).append(Terminal.safe(message)).append('\n');
        }
    }
}
