package dev.slipway.cli.exec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.run.HostOutput;
import dev.slipway.contracts.Wire;
import org.junit.jupiter.api.Test;

class ExecReportTest {
    private static final String ENDED =
            """
            {"id": "r", "operation": "exec", "cluster": "fleet", "state": "SETTLED", "outcome": "FAILED",
             "reason": "DEADLINE_REACHED", "message": "not over.", "openedAt": "2026-03-01T10:00:00Z",
             "settledAt": "2026-03-01T10:00:12Z",
             "phases": [{"name": "exec", "total": 6, "succeeded": 1, "failed": 3, "unknown": 1, "leftOut": 1}],
             "failures": [{"host": "10.0.0.2:22", "reason": "COMMAND_FAILED", "message": "m"},
                          {"host": "10.0.0.5:22", "reason": "TASK_LOST", "message": "n"}]}
            """;
    private static final String PROGRESS =
            """
            {"hosts": [{"address": "10.0.0.1:22", "name": "10.0.0.1"}, {"address": "10.0.0.2:22", "name": "db"},
                       {"address": "10.0.0.3:22", "name": "10.0.0.3"}, {"address": "10.0.0.4:22", "name": "10.0.0.4"},
                       {"address": "10.0.0.5:22", "name": "10.0.0.5"}, {"address": "10.0.0.6:22", "name": "10.0.0.6"}],
             "phases": [{"hosts": {
               "10.0.0.1:22": {"state": "SUCCEEDED", "exitCode": 0, "hostTime": "PT0.4S"},
               "10.0.0.2:22": {"state": "FAILED", "exitCode": 7, "hostTime": "PT1.2S", "reason": "COMMAND_FAILED", "message": "step failed"},
               "10.0.0.3:22": {"state": "FAILED", "hostTime": "PT5S", "reason": "TASK_TIMEOUT"},
               "10.0.0.4:22": {"state": "FAILED", "hostTime": "PT0S", "reason": "HOST_UNREACHABLE", "message": "cannot reach \\u001b[2J"},
               "10.0.0.5:22": {"state": "UNKNOWN"},
               "10.0.0.6:22": {"state": "LEFT_OUT"}}}]}
            """;

    private static JsonNode json(String text) throws JsonProcessingException {
        return Wire.mapper().readTree(text);
    }

    @Test
    void saysOfEveryHostWhatItDidAndWhy() throws JsonProcessingException {
        assertThat(ExecReport.of(json(ENDED), json(PROGRESS)).text(false).lines())
                .startsWith(
                        "HOST      STATE      EXIT  TOOK   REASON",
                        "10.0.0.1  SUCCEEDED  0     0.4 s",
                        "db        FAILED     7     1.2 s  COMMAND_FAILED",
                        "10.0.0.3  FAILED     -     5.0 s  TASK_TIMEOUT",
                        "10.0.0.4  FAILED     -     -      HOST_UNREACHABLE",
                        "10.0.0.5  UNKNOWN    -     -      TASK_LOST",
                        "10.0.0.6  LEFT_OUT   -     -      DEADLINE_REACHED",
                        "",
                        "exec on fleet: 1 of 6 hosts succeeded, 3 failed, 1 unknown, 1 left out in 12 s: FAILED (DEADLINE_REACHED)",
                        "not over.")
                .noneMatch(line -> line.contains("slipway reset"))
                .anyMatch(line -> line.contains("slipway retry r"));
    }

    @Test
    void tellsOfManyHostsOnlyThoseThatDidNotSucceedUnlessAsked() throws JsonProcessingException {
        var progress = (ObjectNode) json(PROGRESS);
        for (int i = 0; i < 994; i++) {
            String address = "10.1.%d.%d:22".formatted(i / 250, i % 250 + 1);
            ((ArrayNode) progress.path("hosts"))
                    .addObject()
                    .put("address", address)
                    .put("name", address);
            ((ObjectNode) progress.path("phases").path(0).path("hosts"))
                    .putObject(address)
                    .put("state", "SUCCEEDED")
                    .put("exitCode", 0);
        }
        ExecReport report = ExecReport.of(json(ENDED), progress);

        assertThat(report.text(false).lines())
                .hasSizeLessThan(20)
                .anyMatch(l -> l.startsWith("db "))
                .contains("and 995 hosts that succeeded (-o wide lists them)");
        assertThat(report.text(true).lines()).hasSizeGreaterThan(1000);
    }

    @Test
    void isReadByScriptsWithWhatEachHostPrinted() throws JsonProcessingException {
        JsonNode told =
                ExecReport.of(json(ENDED), json(PROGRESS))
                        .json(address ->
                                new HostOutput.Kept(
                                        "from " + address, address.startsWith("10.0.0.2")));

        assertThat(told.path("run").asText()).isEqualTo("r");
        assertThat(told.path("reason").asText()).isEqualTo("DEADLINE_REACHED");
        assertThat(told.path("leftOut").asInt()).isEqualTo(1);
        assertThat(told.path("hosts")).hasSize(6);
        JsonNode db = told.path("hosts").path(1);
        assertThat(db.path("exitCode").asInt()).isEqualTo(7);
        assertThat(db.path("output").asText()).isEqualTo("from 10.0.0.2:22");
        assertThat(db.path("outputTruncated").asBoolean()).isTrue();
        assertThat(told.path("hosts").path(2).has("exitCode")).isFalse();
        assertThat(told.path("hosts").path(2).has("outputTruncated")).isFalse();
    }

    @Test
    void namesWhatThePlannerKnowsWhereNobodyElseAnswers() throws JsonProcessingException {
        assertThat(ExecReport.of(json(ENDED)).text(false).lines())
                .startsWith(
                        "HOST         STATE    EXIT  TOOK  REASON",
                        "10.0.0.2:22  FAILED   -     -     COMMAND_FAILED",
                        "10.0.0.5:22  UNKNOWN  -     -     TASK_LOST");
    }

    @Test
    void letsNoHostSteerTheTerminal() throws JsonProcessingException {
        assertThat(ExecReport.of(json(ENDED), json(PROGRESS)).text(true))
                .contains("cannot reach \\x1b[2J")
                .doesNotContain("\u001b");
    }
}
