package dev.slipway.cli.print;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/// Times and durations as people read them.
public final class Times {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private Times() {}

    /// `0.4 s`, `12 s`, `3 m 05 s`, `2 h 10 m`, `4 d`.
    public static String text(Duration duration) {
        long seconds = duration.toSeconds();
        if (duration.toMillis() < 10_000) {
            return "%.1f s".formatted(duration.toMillis() / 1000.0);
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return "%d m %02d s".formatted(seconds / 60, seconds % 60);
        }
        return seconds < 172_800
                ? "%d h %02d m".formatted(seconds / 3600, seconds / 60 % 60)
                : seconds / 86_400 + " d";
    }

    /// How long ago; empty if there is no time.
    public static String ago(JsonNode instant) {
        return instant.isTextual()
                ? text(Duration.between(Instant.parse(instant.asText()), Instant.now())) + " ago"
                : "";
    }

    public static String clock(Instant instant) {
        return CLOCK.format(instant.atZone(ZoneId.systemDefault()));
    }

    public static String date(Instant instant) {
        return DATE.format(instant.atZone(ZoneId.systemDefault()));
    }

    /// From `start` to `end` (or now); empty if it has not started.
    public static String between(JsonNode start, JsonNode end) {
        if (!start.isTextual()) {
            return "";
        }
        Instant until = end.isTextual() ? Instant.parse(end.asText()) : Instant.now();
        return text(Duration.between(Instant.parse(start.asText()), until));
    }
}
