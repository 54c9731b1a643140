package dev.slipway.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.print.Terminal;
import dev.slipway.cli.print.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// A plan as people review it: each phase with its hosts and limits, then what is done there, step
/// by step.
public final class PlanText {
    private static final int NAMED_HOSTS = 3;

    private PlanText() {}

    /// @param plan the planner's view of it
    public static String of(JsonNode plan) {
        var text = new StringBuilder();
        if (plan.hasNonNull("digest")) {
            text.append("Plan sha256:").append(plan.path("digest").asText()).append('\n');
        }
        int number = 1;
        for (JsonNode phase : plan.path("phases")) {
            phase(text, number++, phase);
        }
        return Terminal.safe(text.toString().stripTrailing());
    }

    private static void phase(StringBuilder text, int number, JsonNode phase) {
        JsonNode summary = phase.has("summary") ? phase.path("summary") : phase;
        text.append(
                "%n%d. %s: %s%n   %d hosts, window %s, failure limit %s%s%n"
                        .formatted(
                                number,
                                summary.path("name").asText(),
                                summary.path("title").asText(),
                                summary.path("hosts").size(),
                                summary.path("window").asText(),
                                summary.path("failureLimit").asText(),
                                summary.hasNonNull("disruptionBudget")
                                        ? ", disruption budget "
                                                + summary.path("disruptionBudget").asText()
                                        : ""));
        if (phase.hasNonNull("deadline")) {
            text.append(
                    "   at most %s a host, %s in all%n"
                            .formatted(time(phase, "taskTimeout"), time(phase, "deadline")));
        }
        // What somebody else wrote is read whole; our own steps have names that say what they do.
        boolean isExec = summary.path("name").asText().equals("exec");
        var hostsBySteps = new LinkedHashMap<String, List<String>>();
        for (JsonNode task : phase.path("tasks")) {
            hostsBySteps
                    .computeIfAbsent(steps(task, isExec), _ -> new ArrayList<>())
                    .add(task.path("host").asText());
        }
        hostsBySteps.forEach(
                (steps, hosts) -> text.append("   [%s]%n%s".formatted(named(hosts), steps)));
    }

    private static String steps(JsonNode task, boolean whole) {
        var text = new StringBuilder();
        for (JsonNode step : task.path("steps")) {
            text.append(
                    whole
                            ? script(step).stripTrailing().indent(5)
                            : "     - %s%s%n".formatted(step.path("name").asText(), detail(step)));
        }
        return text.toString();
    }

    private static String script(JsonNode step) {
        return step.has("file")
                ? "a script of %d bytes, SHA-256 %s"
                        .formatted(
                                step.path("file").path("size").asLong(),
                                step.path("file").path("digest").asText())
                : step.path("script").asText();
    }

    /// Hosts on which the same is done are told together.
    private static String named(List<String> hosts) {
        String first = String.join(", ", hosts.subList(0, Math.min(NAMED_HOSTS, hosts.size())));
        return hosts.size() <= NAMED_HOSTS
                ? first
                : "%s and %d more".formatted(first, hosts.size() - NAMED_HOSTS);
    }

    private static String time(JsonNode phase, String field) {
        return Times.text(Duration.parse(phase.path(field).asText()));
    }

    private static String detail(JsonNode step) {
        return switch (step.path("kind").asText()) {
            case "put" -> ": write " + step.path("path").asText();
            case "read" -> ": read " + step.path("path").asText();
            case "kube" -> ": ask the API server at " + step.path("server").asText();
            case "await" -> ": wait until " + firstLine(step.path("condition").asText());
            default -> ": " + firstLine(step.path("script").asText());
        };
    }

    private static String firstLine(String script) {
        String line = script.strip().lines().findFirst().orElse("");
        boolean more = !line.equals(script.strip()) || line.length() > 100;
        return line.substring(0, Math.min(100, line.length())) + (more ? " …" : "");
    }
}
