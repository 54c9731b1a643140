package dev.slipway.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Draws rows as bars, the lower the better: panels of rows that are compared, each with all
/// figures side by side.
final class Plot {
    private static final int LABEL = 230;
    private static final int BARS = 300;
    private static final int LINE = 20;

    /// Which rows are compared.
    enum Panels {
        /// Subjects, with so many hosts each.
        BY_HOSTS,
        /// Numbers of hosts, of one subject each: how its figures grow.
        BY_SUBJECT;

        private String title(Row row) {
            return this == BY_HOSTS ? hosts(row) : subject(row);
        }

        private String label(Row row) {
            return this == BY_HOSTS ? subject(row) : hosts(row);
        }

        private static String hosts(Row row) {
            return row.hosts() + " hosts";
        }

        private static String subject(Row row) {
            return row.subject() + " (" + row.settings() + ")";
        }
    }

    private record Figure(String name, Function<Row, Optional<Double>> value) {}

    private static final List<Figure> FIGURES =
            List.of(
                    new Figure("client CPU, ms a host", Row::cpuMsPerHost),
                    new Figure("hosts' CPU, ms a host", Row::targetCpuMsPerHost),
                    new Figure("wall time, s", Row::wallS),
                    new Figure("client's peak memory, MiB", Row::peakRssMb));

    private Plot() {}

    static String svg(String title, String machine, List<Row> rows, Panels by) {
        var body = new StringBuilder();
        Map<String, List<Row>> panels =
                rows.stream()
                        .collect(
                                Collectors.groupingBy(
                                        by::title, LinkedHashMap::new, Collectors.toList()));
        int width = LABEL + FIGURES.size() * BARS;
        int y = 62;
        for (Map.Entry<String, List<Row>> entry : panels.entrySet()) {
            List<Row> panel = entry.getValue();
            text(body, 8, y, 14, entry.getKey());
            for (int i = 0; i < FIGURES.size(); i++) {
                text(body, LABEL + i * BARS, y, 12, FIGURES.get(i).name());
            }
            y += 8;
            for (Row row : panel) {
                y += LINE;
                text(body, 8, y, 12, by.label(row));
                for (int i = 0; i < FIGURES.size(); i++) {
                    bar(body, LABEL + i * BARS, y, FIGURES.get(i), row, panel, by);
                }
            }
            y += 2 * LINE;
        }
        return """
        <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif">
        <rect width="100%%" height="100%%" fill="#ffffff"/>
        <text x="8" y="20" font-size="16">%s</text>
        <text x="8" y="38" font-size="10" fill="#555555">%s</text>
        %s</svg>
        """
                .formatted(width, y, escape(title), escape(machine), body);
    }

    private static void bar(
            StringBuilder body, int x, int y, Figure figure, Row row, List<Row> panel, Panels by) {
        double most =
                panel.stream()
                        .flatMap(other -> figure.value().apply(other).stream())
                        .mapToDouble(Double::doubleValue)
                        .max()
                        .orElse(1);
        Optional<Double> value = figure.value().apply(row);
        double length = value.orElse(0.0) / Math.max(most, 1e-9) * (BARS - 80);
        body.append(
                String.format(
                        Locale.ROOT,
                        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                        x,
                        y - 12,
                        length,
                        LINE - 5,
                        by == Panels.BY_SUBJECT || row.subject().startsWith("slipway")
                                ? "#1f6fb4"
                                : "#b0b7bf"));
        text(
                body,
                x + (int) length + 4,
                y,
                11,
                value.map(v -> String.format(Locale.ROOT, "%.2f", v)).orElse("left out"));
    }

    private static void text(StringBuilder body, int x, int y, int size, String text) {
        body.append(
                "<text x=\"%d\" y=\"%d\" font-size=\"%d\">%s</text>%n"
                        .formatted(x, y, size, escape(text)));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
