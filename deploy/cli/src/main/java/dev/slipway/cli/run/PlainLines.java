package dev.slipway.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.api.EventStream;
import dev.slipway.cli.print.Terminal;
import dev.slipway.cli.print.Times;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/// One line an event, for pipes and files.
final class PlainLines implements ProgressView {
    @Override
    public void event(EventStream.Event event) {
        JsonNode data = event.data();
        String line =
                switch (event.name()) {
                    case "RunOpened" ->
                            "%s %s, run %s"
                                    .formatted(
                                            data.path("operation").asText(),
                                            Views.about(data),
                                            data.path("run").asText());
                    case "PlanFrozen" ->
                            "plan frozen: %d %s, sha256 %.12s…"
                                    .formatted(
                                            data.path("phases").size(),
                                            data.path("phases").size() == 1 ? "phase" : "phases",
                                            data.path("digest").asText());
                    case "PhaseStarted" ->
                            "==> %s (%d %s)"
                                    .formatted(
                                            data.path("phase").path("name").asText(),
                                            data.path("phase").path("hosts").size(),
                                            data.path("phase").path("hosts").size() == 1
                                                    ? "host"
                                                    : "hosts");
                    case "TaskSettled" -> settled(data);
                    case "RunPaused" -> "paused by " + data.path("actor").asText();
                    case "RunResumed" ->
                            (data.path("retry").asBoolean() ? "retried by " : "resumed by ")
                                    + data.path("actor").asText();
                    case "CancelRequested" -> "cancel asked by " + data.path("actor").asText();
                    default -> "";
                };
        if (!line.isEmpty()) {
            print(line);
        }
    }

    private static String settled(JsonNode data) {
        String host = data.path("ref").path("host").asText();
        String phase = data.path("ref").path("phase").asText();
        String outcome = data.path("outcome").asText();
        if (outcome.equals("SUCCEEDED")) {
            return "[%s] %s done in %s"
                    .formatted(
                            host,
                            phase,
                            Times.text(Duration.parse(data.path("hostTime").asText("PT0S"))));
        }
        return "[%s] %s %s: %s: %s"
                .formatted(
                        host,
                        phase,
                        outcome,
                        data.path("reason").asText(),
                        data.path("message").asText());
    }

    @Override
    public void frame(Supplier<Optional<JsonNode>> progress) {
        // Lines come with events only.
    }

    @Override
    public void note(String text) {
        print("(" + text + ")");
    }

    @Override
    public void finish(JsonNode progress) {
        System.out.flush();
    }

    private static void print(String line) {
        System.out.println(Terminal.safe(line));
        System.out.flush();
    }
}
