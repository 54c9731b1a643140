package dev.slipway.planner.clusterfile;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;

/// Durations as people write them: `90s`, `15m`, `24h`, `365d`, or ISO 8601 (`PT15M`, `P365D`).
public final class Durations {
    public static final String EXPECTED = "a duration such as 90s, 15m, 24h, 365d or PT15M";
    private static final Pattern SHORT = Pattern.compile("([0-9]{1,6})([smhd])");

    private Durations() {}

    /// Empty if it is none, or not longer than zero.
    public static Optional<Duration> parse(String text) {
        var match = SHORT.matcher(text);
        try {
            Duration duration =
                    match.matches()
                            ? of(Long.parseLong(match.group(1)), match.group(2))
                            : Duration.parse(text);
            return Optional.of(duration).filter(Duration::isPositive);
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    private static Duration of(long count, String unit) {
        return switch (unit) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
