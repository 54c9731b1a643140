package dev.slipway.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.print.Terminal;
import dev.slipway.cli.print.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Lays out a run's state: a row a host, a column a phase. Where there are more hosts than lines,
/// those that failed or run come first and the rest is counted.
final class PhaseHostTable {
    private static final String SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
    private static final String PLAIN_SPINNER = "-\\|/";

    private final boolean unicode;
    private final int columns;
    private final int maxHosts;

    PhaseHostTable(boolean unicode, int columns, int maxLines) {
        this.unicode = unicode;
        this.columns = columns;
        this.maxHosts = Math.max(3, maxLines - 3);
    }

    /// @param progress the status service's view of the run
    /// @param frame counts up, turns the spinner
    List<String> lines(JsonNode progress, int frame) {
        List<JsonNode> phases = list(progress.path("phases"));
        List<JsonNode> hosts = list(progress.path("hosts"));
        int hostWidth = hosts.stream().mapToInt(h -> label(h).length()).max().orElse(4);
        int cell = phases.stream().mapToInt(p -> name(p).length()).max().orElse(8) + 2;
        int fitting = Math.max(1, Math.min(phases.size(), (columns - hostWidth - 2) / cell));
        List<JsonNode> visible =
                phases.subList(
                        firstVisible(phases, fitting),
                        Math.min(phases.size(), firstVisible(phases, fitting) + fitting));

        var lines = new ArrayList<String>();
        var header = new StringBuilder(" ".repeat(hostWidth + 2));
        visible.forEach(p -> header.append(pad(name(p), cell)));
        lines.add(header.toString().stripTrailing());
        hosts.stream()
                .sorted(Comparator.comparingInt(h -> -urgency(phases, h)))
                .limit(hosts.size() > maxHosts ? maxHosts - 1 : maxHosts)
                .sorted(Comparator.comparingInt(hosts::indexOf))
                .forEach(h -> lines.add(row(h, visible, hostWidth, cell, frame)));
        if (hosts.size() > maxHosts) {
            lines.add("… and %d more hosts".formatted(hosts.size() - maxHosts + 1));
        }
        return lines;
    }

    private String row(JsonNode host, List<JsonNode> phases, int hostWidth, int cell, int frame) {
        var row = new StringBuilder(pad(label(host), hostWidth + 2));
        phases.forEach(p ->
                row.append(
                        pad(
                                cell(p.path("hosts").path(host.path("address").asText()), frame),
                                cell)));
        return row.toString().stripTrailing();
    }

    private String cell(JsonNode task, int frame) {
        String spinner = unicode ? SPINNER : PLAIN_SPINNER;
        return switch (task.path("state").asText("")) {
            case "" -> "";
            case "WAITING" -> unicode ? "·" : ".";
            case "QUEUED" -> unicode ? "○" : "o";
            case "RUNNING" -> spinner.charAt(frame % spinner.length()) + " " + since(task);
            case "SUCCEEDED" -> (unicode ? "✓ " : "ok ") + took(task);
            case "LEFT_OUT" -> unicode ? "–" : "-";
            case "UNKNOWN" -> "? unknown";
            default ->
                    (unicode ? "✗ " : "X ")
                            + task.path("state").asText().toLowerCase(java.util.Locale.ROOT);
        };
    }

    private static int urgency(List<JsonNode> phases, JsonNode host) {
        return phases.stream()
                .mapToInt(p ->
                        switch (p.path("hosts")
                                .path(host.path("address").asText())
                                .path("state")
                                .asText("")) {
                            case "FAILED", "INTERRUPTED", "UNKNOWN" -> 2;
                            case "RUNNING" -> 1;
                            default -> 0;
                        })
                .max()
                .orElse(0);
    }

    /// Keeps the newest phase that started in sight.
    private static int firstVisible(List<JsonNode> phases, int fitting) {
        int started = 0;
        for (int i = 0; i < phases.size(); i++) {
            if (phases.get(i).hasNonNull("startedAt")) {
                started = i;
            }
        }
        return Math.max(0, Math.min(phases.size() - fitting, started - fitting + 2));
    }

    private static String since(JsonNode task) {
        return task.hasNonNull("startedAt")
                ? Times.text(
                        Duration.between(
                                Instant.parse(task.path("startedAt").asText()), Instant.now()))
                : "";
    }

    private static String took(JsonNode task) {
        return task.hasNonNull("hostTime")
                ? Times.text(Duration.parse(task.path("hostTime").asText()))
                : "";
    }

    private static String name(JsonNode phase) {
        return Terminal.safe(phase.path("phase").path("name").asText());
    }

    private static String label(JsonNode host) {
        return Terminal.safe(host.path("name").asText(host.path("address").asText()));
    }

    private static String pad(String text, int width) {
        int length = text.codePointCount(0, text.length());
        return length >= width ? text + " " : text + " ".repeat(width - length);
    }

    private static List<JsonNode> list(JsonNode array) {
        var items = new ArrayList<JsonNode>();
        array.forEach(items::add);
        return items;
    }
}
