package dev.slipway.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.contracts.Wire;
import org.junit.jupiter.api.Test;

class PhaseHostTableTest {
    private static final String TWO_HOSTS =
            """
            {"hosts": [{"address": "10.0.0.1:22", "name": "cp-1"}, {"address": "10.0.0.2:22", "name": "worker-1"}],
             "phases": [
               {"phase": {"name": "inspect"}, "startedAt": "2026-03-01T10:00:00Z", "hosts": {
                  "10.0.0.1:22": {"state": "SUCCEEDED", "hostTime": "PT0.4S"},
                  "10.0.0.2:22": {"state": "FAILED", "reason": "DISK_FULL"}}},
               {"phase": {"name": "prepare"}, "hosts": {
                  "10.0.0.1:22": {"state": "WAITING"},
                  "10.0.0.2:22": {"state": "LEFT_OUT"}}}]}
            """;

    @Test
    void showsARowAHostAndAColumnAPhase() throws JsonProcessingException {
        assertThat(new PhaseHostTable(true, 80, 20).lines(Wire.mapper().readTree(TWO_HOSTS), 0))
                .containsExactly(
                        "          inspect  prepare",
                        "cp-1      ✓ 0.4 s  ·",
                        "worker-1  ✗ failed –");
    }

    @Test
    void usesPlainLettersWhereTheTerminalKnowsNoOthers() throws JsonProcessingException {
        assertThat(
                        String.join(
                                "\n",
                                new PhaseHostTable(false, 80, 20)
                                        .lines(Wire.mapper().readTree(TWO_HOSTS), 0)))
                .matches("(?s)\\p{ASCII}*")
                .contains("X failed");
    }

    @Test
    void neverShowsMoreLinesThanThereAreAndKeepsTheFailedHostInSight() {
        ObjectNode progress = Wire.mapper().createObjectNode();
        ArrayNode hosts = progress.putArray("hosts");
        ObjectNode phase = progress.putArray("phases").addObject();
        phase.putObject("phase").put("name", "prepare");
        ObjectNode states = phase.putObject("hosts");
        for (int i = 0; i < 1000; i++) {
            hosts.addObject().put("address", "h" + i + ":22").put("name", "h" + i);
            states.putObject("h" + i + ":22").put("state", i == 777 ? "FAILED" : "WAITING");
        }

        var lines = new PhaseHostTable(true, 80, 24).lines(progress, 3);

        assertThat(lines)
                .hasSizeLessThanOrEqualTo(24)
                .anyMatch(l -> l.startsWith("h777") && l.contains("✗"));
        assertThat(lines.getLast()).matches("… and \\d+ more hosts");
    }

    @Test
    void shiftsToTheNewestPhasesOnANarrowTerminal() {
        ObjectNode progress = Wire.mapper().createObjectNode();
        progress.putArray("hosts").addObject().put("address", "a:22").put("name", "a");
        ArrayNode phases = progress.putArray("phases");
        for (int i = 0; i < 8; i++) {
            ObjectNode phase = phases.addObject();
            phase.putObject("phase").put("name", "phase-number-" + i);
            if (i < 6) {
                phase.put("startedAt", "2026-03-01T10:00:00Z");
            }
        }

        String header = new PhaseHostTable(true, 50, 24).lines(progress, 0).getFirst();

        assertThat(header.length()).isLessThanOrEqualTo(50);
        assertThat(header).contains("phase-number-5").doesNotContain("phase-number-0");
    }

    @Test
    void letsNoHostSteerTheTerminal() throws JsonProcessingException {
        JsonNode hostile =
                Wire.mapper()
                        .readTree(
                                "{\"hosts\": [{\"address\": \"a:22\", \"name\": \"\\u001b[2Jx\"}], \"phases\": []}");

        assertThat(String.join("", new PhaseHostTable(true, 80, 24).lines(hostile, 0)))
                .doesNotContain("\u001b");
    }
}
