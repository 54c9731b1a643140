package dev.slipway.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.contracts.Wire;
import org.junit.jupiter.api.Test;

class PlanTextTest {
    @Test
    void tellsAThousandHostsWithTheSameScriptOnceAndTheScriptWhole()
            throws JsonProcessingException {
        var plan =
                (ObjectNode)
                        Wire.mapper()
                                .readTree(
                                        """
                                        {"phases": [{"taskTimeout": "PT5M", "deadline": "PT2H",
                                          "summary": {"name": "exec", "title": "run a command", "window": 50,
                                            "failureLimit": 100, "hosts": []}, "tasks": []}]}
                                        """);
        ArrayNode tasks = (ArrayNode) plan.path("phases").path(0).path("tasks");
        for (int i = 1; i <= 1000; i++) {
            ObjectNode task = tasks.addObject().put("host", "h" + i + ":22");
            task.putArray("steps")
                    .addObject()
                    .put("kind", "command")
                    .put("name", "exec")
                    .put("script", i == 7 ? "other\n" : "set +eu\ncd /srv\nls \u001b[2J\n");
        }

        String text = PlanText.of(plan);

        assertThat(text.lines().toList())
                .contains(
                        "   at most 5 m 00 s a host, 2 h 00 m in all",
                        "   [h1:22, h2:22, h3:22 and 996 more]",
                        "     cd /srv",
                        "     ls \\x1b[2J",
                        "   [h7:22]",
                        "     other")
                .hasSizeLessThan(15);
    }

    @Test
    void namesTheStepsOfAnInstallAndTheirFirstLines() throws JsonProcessingException {
        String plan =
                """
                {"digest": "abc", "phases": [{"summary": {"name": "prepare", "title": "prepare the hosts",
                  "window": 50, "failureLimit": 2, "hosts": ["a:22"]},
                  "tasks": [{"host": "a:22", "steps": [
                    {"kind": "put", "name": "modules", "path": "/etc/m"},
                    {"kind": "command", "name": "swap", "script": "swapoff -a\\nmore"}]}]}]}
                """;

        assertThat(PlanText.of(Wire.mapper().readTree(plan)))
                .contains("[a:22]\n     - modules: write /etc/m\n     - swap: swapoff -a …");
    }
}
