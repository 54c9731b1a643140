package dev.slipway.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slipway.contracts.Wire;
import org.junit.jupiter.api.Test;

class CheckReportTest {
    private static final String ANSWER =
            """
            {"run": "r", "cluster": "demo", "operation": "check", "outcome": "FAILED", "message": "m",
             "hosts": [
               {"host": "10.0.0.1:22", "name": "cp-1", "roles": ["control-plane"], "checks": [
                 {"check": "cpus", "result": "fail", "reason": "PREFLIGHT_FAILED", "message": "1 CPU, a control plane needs 2", "advice": "Give it another."},
                 {"check": "mtu", "result": "warn", "reason": "PREFLIGHT_FAILED", "message": "bad \\u001b[2J", "advice": "Same everywhere."},
                 {"check": "swap", "result": "ok"}]},
               {"host": "10.0.0.2:22", "name": "w-1", "roles": ["worker"], "checks": [{"check": "swap", "result": "ok"}]}]}
            """;

    @Test
    void saysHowEachHostFaresAndWhatToMend() throws JsonProcessingException {
        assertThat(report(ANSWER).text(false).lines())
                .containsExactly(
                        "HOST  OK  WARN  FAIL  ADDRESS",
                        "cp-1  1   1     1     10.0.0.1:22",
                        "w-1   1   0     0     10.0.0.2:22",
                        "",
                        "fail [cp-1] cpus: 1 CPU, a control plane needs 2",
                        "  Give it another.",
                        "",
                        "warn [cp-1] mtu: bad \\x1b[2J",
                        "  Same everywhere.",
                        "",
                        "check of demo: FAILED");
    }

    @Test
    void listsEveryCheckIfAsked() throws JsonProcessingException {
        assertThat(report(ANSWER).text(true).lines())
                .startsWith(
                        "HOST  CHECK  RESULT  FOUND                           MEND",
                        "cp-1  cpus   fail    1 CPU, a control plane needs 2  Give it another.")
                .contains("w-1   swap   ok")
                .noneMatch(line -> line.startsWith("fail ["));
    }

    @Test
    void saysThatAllIsWell() throws JsonProcessingException {
        String well =
                ANSWER.replace(
                                "FAILED\", \"message\": \"m\"",
                                "SUCCEEDED\", \"message\": \"2 hosts checked\"")
                        .replace("\"fail\"", "\"warn\"");

        assertThat(report(well).text(false)).endsWith("check of demo: SUCCEEDED, 2 hosts checked");
    }

    private static CheckReport report(String json) throws JsonProcessingException {
        return new CheckReport(Wire.mapper().readTree(json));
    }
}
