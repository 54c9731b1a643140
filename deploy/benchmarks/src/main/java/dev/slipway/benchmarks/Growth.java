package dev.slipway.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// How figures grow with the number of hosts: `x` in `figure = c · hosts^x`, from the smallest to
/// the largest number. 1 is linear, 0 does not grow.
final class Growth {
    private Growth() {}

    /// A line for each subject and settings that were measured with two numbers of hosts.
    static List<String> lines(List<Row> rows) {
        Map<String, List<Row>> groups = new LinkedHashMap<>();
        rows.forEach(row ->
                groups.computeIfAbsent(
                                row.subject() + " (" + row.settings() + ")", _ -> new ArrayList<>())
                        .add(row));
        List<String> lines = new ArrayList<>();
        groups.forEach((name, of) -> {
            Row first = of.getFirst();
            Row last = of.getLast();
            if (first.hosts() < last.hosts()) {
                lines.add(
                        "growth of %s from %d to %d hosts: wall time %s, client CPU %s, hosts' CPU %s"
                                .formatted(
                                        name,
                                        first.hosts(),
                                        last.hosts(),
                                        exponent(first, last, Row::wallS),
                                        exponent(first, last, r -> whole(r, r.cpuMsPerHost())),
                                        exponent(
                                                first,
                                                last,
                                                r -> whole(r, r.targetCpuMsPerHost()))));
            }
        });
        return lines;
    }

    private static Optional<Double> whole(Row row, Optional<Double> perHost) {
        return perHost.map(each -> each * row.hosts());
    }

    private static String exponent(Row first, Row last, Function<Row, Optional<Double>> figure) {
        Optional<Double> from = figure.apply(first).filter(v -> v > 0);
        Optional<Double> to = figure.apply(last).filter(v -> v > 0);
        return from.isPresent() && to.isPresent()
                ? String.format(
                        Locale.ROOT,
                        "n^%.2f",
                        Math.log(to.get() / from.get())
                                / Math.log((double) last.hosts() / first.hosts()))
                : "-";
    }
}
