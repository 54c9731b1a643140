package dev.slipway.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.print.Table;
import dev.slipway.cli.print.Times;
import java.time.Duration;

/// A settled run's phases with their times: how long each took, how much of that hosts worked, and
/// the rest, which is the suite's own.
public final class TimeLine {
    private TimeLine() {}

    /// @param progress the status service's view of the run
    public static Table of(JsonNode progress) {
        var table = new Table("PHASE", "HOSTS", "TOOK", "ON HOSTS", "OVERHEAD", "OUTCOME");
        for (JsonNode p : progress.path("phases")) {
            table.row(
                    p.path("phase").path("name").asText(),
                    String.valueOf(p.path("hosts").size()),
                    duration(p.path("wallTime")),
                    duration(p.path("hostTimeMax")),
                    duration(p.path("overhead")),
                    outcomes(p.path("hosts")));
        }
        return table;
    }

    static String hostTime(JsonNode progress, String phase) {
        for (JsonNode p : progress.path("phases")) {
            if (p.path("phase").path("name").asText().equals(phase)) {
                return duration(p.path("hostTimeMax"));
            }
        }
        return "";
    }

    private static String duration(JsonNode iso) {
        return iso.isTextual() ? Times.text(Duration.parse(iso.asText())) : "";
    }

    private static String outcomes(JsonNode hosts) {
        long good = 0;
        for (JsonNode h : hosts) {
            good += h.path("state").asText().equals("SUCCEEDED") ? 1 : 0;
        }
        return good == hosts.size() ? "ok" : "%d of %d ok".formatted(good, hosts.size());
    }
}
