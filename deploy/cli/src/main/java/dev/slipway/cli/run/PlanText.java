package dev.slipway.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.print.Terminal;

/// A plan as people review it: each phase with its hosts and limits, then what is done there, step
/// by step.
public final class PlanText {
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
        for (JsonNode task : phase.path("tasks")) {
            text.append("   [%s]%n".formatted(task.path("host").asText()));
            for (JsonNode step : task.path("steps")) {
                text.append("     - %s%s%n".formatted(step.path("name").asText(), detail(step)));
            }
        }
    }

    private static String detail(JsonNode step) {
        return switch (step.path("kind").asText()) {
            case "put" -> ": write " + step.path("path").asText();
            case "read" -> ": read " + step.path("path").asText();
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
