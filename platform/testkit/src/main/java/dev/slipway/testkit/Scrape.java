package dev.slipway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a service under test says of itself under `/q/metrics`, in Prometheus' text format.
public final class Scrape {
    private static final Path DOCUMENTATION = Path.of("deploy", "docs", "telemetry.md");
    private static final Pattern SAMPLE =
            Pattern.compile("([a-z_]+)(?:\\{(.*)})? ([0-9.eE+-]+|NaN)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final Pattern OF_TIMERS = Pattern.compile("_(count|sum|max)$");

    // One for all: a connection that is kept costs the service under test no new handshake.
    private static final Map<String, HttpClient> CLIENTS = new ConcurrentHashMap<>();

    private record Series(String name, Map<String, String> labels) {}

    private final Map<Series, Double> samples = new HashMap<>();

    private Scrape(String page) {
        page.lines().map(SAMPLE::matcher).filter(Matcher::matches).forEach(this::add);
    }

    private void add(Matcher sample) {
        Map<String, String> labels =
                sample.group(2) == null
                        ? Map.of()
                        : LABEL.matcher(sample.group(2))
                                .results()
                                .collect(Collectors.toMap(l -> l.group(1), l -> l.group(2)));
        samples.put(
                new Series(sample.group(1), labels),
                Double.valueOf(sample.group(3).replace("NaN", "0")));
    }

    /// As another service sees the one under test.
    ///
    /// @param service planner, executor, cert or status
    public static Scrape of(String service) {
        String port = TestStack.settings(service).getOrDefault("slipway.http.port", "");
        var request =
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:%s/q/metrics".formatted(port)))
                        .header("Accept", "text/plain")
                        .timeout(Duration.ofSeconds(30))
                        .build();
        try {
            HttpResponse<String> answer =
                    CLIENTS.computeIfAbsent(
                                    service.equals("status") ? "planner" : "status",
                                    TestIdentities::client)
                            .send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new AssertionError(
                        "%s answered with status %d".formatted(request, answer.statusCode()));
            }
            return new Scrape(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /// The value of one series.
    ///
    /// @param name as Prometheus has it, such as `slipway_outbox_depth`
    /// @param labels all of them: name, value, name, value, …
    /// @return empty if there is no such series
    public OptionalDouble find(String name, String... labels) {
        Map<String, String> wanted = new HashMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            wanted.put(labels[i], labels[i + 1]);
        }
        Double value = samples.get(new Series(name, wanted));
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /// Like [#find], and zero for a counter that has counted nothing.
    public double value(String name, String... labels) {
        return find(name, labels).orElse(0);
    }

    /// The suite's own metrics that the page for operators does not name.
    public List<String> undocumented() {
        String page = documentation();
        return samples.keySet().stream()
                .map(Series::name)
                .filter(name -> name.startsWith("slipway_"))
                .map(name -> OF_TIMERS.matcher(name).replaceFirst(""))
                .distinct()
                .filter(name -> !page.contains("`" + name + "`"))
                .sorted()
                .toList();
    }

    /// The page that tells operators what each metric means.
    public static String documentation() {
        try {
            return Files.readString(
                    Stream.iterate(
                                    Path.of("").toAbsolutePath(),
                                    folder -> folder != null,
                                    Path::getParent)
                            .map(folder -> folder.resolve(DOCUMENTATION))
                            .filter(Files::exists)
                            .findFirst()
                            .orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What there is, for messages of failed assertions.
    @Override
    public String toString() {
        Set<String> own = new TreeSet<>();
        samples.forEach((series, value) -> {
            if (series.name().startsWith("slipway_")) {
                own.add(series.name() + series.labels() + " " + value);
            }
        });
        return String.join("\n", own);
    }
}
