package dev.slipway.planner.clusterfile;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as programs written in Go take them (package `time`, `ParseDuration`): `1h30m`,
/// `1.5s`, `0s`.
public final class GoDurations {
    private static final Pattern PART =
            Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,9})?)(ns|us|µs|ms|s|m|h)");
    private static final Map<String, BigDecimal> NANOSECONDS =
            Map.of(
                    "ns", BigDecimal.ONE,
                    "us", BigDecimal.valueOf(1_000),
                    "µs", BigDecimal.valueOf(1_000),
                    "ms", BigDecimal.valueOf(1_000_000),
                    "s", BigDecimal.valueOf(1_000_000_000L),
                    "m", BigDecimal.valueOf(60_000_000_000L),
                    "h", BigDecimal.valueOf(3_600_000_000_000L));

    private GoDurations() {}

    static boolean isDuration(String text) {
        return parse(text).isPresent();
    }

    /// Empty if `text` is none, or longer than Go's durations can be (292 years).
    public static Optional<Duration> parse(String text) {
        if (text.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        Matcher parts = PART.matcher(text);
        BigDecimal sum = BigDecimal.ZERO;
        int end = 0;
        while (parts.find() && parts.start() == end) {
            sum = sum.add(new BigDecimal(parts.group(1)).multiply(unit(parts.group(2))));
            end = parts.end();
        }
        return end == text.length()
                        && end > 0
                        && sum.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0
                ? Optional.of(Duration.ofNanos(sum.setScale(0, RoundingMode.DOWN).longValueExact()))
                : Optional.empty();
    }

    private static BigDecimal unit(String name) {
        return Optional.ofNullable(NANOSECONDS.get(name)).orElseThrow();
    }
}
