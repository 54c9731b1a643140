package dev.slipway.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The table on standard output, a row as soon as it is measured; at the end JSON and drawing.
record Report(String name, String machine, Plot.Panels panels) {
    private static final String LINE = "%-22s %-9s %-9s %5s %8s %9s %10s %8s %6s  %s%n";

    void begin() {
        System.out.println(machine);
        System.out.printf(
                LINE,
                "subject",
                "settings",
                "targets",
                "hosts",
                "wall s",
                "cpu ms/h",
                "target ms",
                "peak MiB",
                "failed",
                "note");
    }

    void print(Row row) {
        System.out.printf(
                LINE,
                row.subject(),
                row.settings(),
                row.targets(),
                row.hosts(),
                figure(row.wallS(), 2),
                figure(row.cpuMsPerHost(), 2),
                figure(row.targetCpuMsPerHost(), 1),
                figure(row.peakRssMb(), 0),
                row.failed(),
                row.note());
    }

    private static String figure(Optional<Double> value, int digits) {
        return value.map(v -> String.format(Locale.ROOT, "%." + digits + "f", v)).orElse("-");
    }

    void write(List<Row> rows, @Nullable Path json, Path plot) {
        try {
            if (json != null) {
                ObjectMapper mapper = JsonMapper.builder().addModule(new Jdk8Module()).build();
                mapper.writerWithDefaultPrettyPrinter().writeValue(json.toFile(), rows);
            }
            Files.writeString(plot, Plot.svg(name, machine, rows, panels));
            System.out.println("drawn in " + plot.toAbsolutePath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
