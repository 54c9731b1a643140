package dev.slipway.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slipway.cli.api.EventStream;
import dev.slipway.contracts.Wire;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostOutputTest {
    private static final String OPENED =
            """
            {"hosts": [{"address": "10.0.0.7:22", "name": "10.0.0.7"}, {"address": "10.0.0.8:22", "name": "db"},
                       {"address": "10.0.0.9:22", "name": "same"}, {"address": "10.0.0.9:23", "name": "same"}]}
            """;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final PrintStream realOut = System.out;

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stopListening() {
        System.setOut(realOut);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void tell(HostOutput output, String event, String json)
            throws JsonProcessingException {
        output.event(new EventStream.Event(event, Wire.mapper().readTree(json)));
    }

    private static void chunk(HostOutput output, String host, int attempt, String text)
            throws JsonProcessingException {
        tell(
                output,
                "OutputChunk",
                Wire.mapper()
                        .createObjectNode()
                        .put("text", text)
                        .set(
                                "ref",
                                Wire.mapper()
                                        .createObjectNode()
                                        .put("host", host)
                                        .put("attempt", attempt))
                        .toString());
    }

    private static void settled(HostOutput output, String host, String outcome, String steps)
            throws JsonProcessingException {
        tell(
                output,
                "TaskSettled",
                "{\"ref\": {\"host\": \"%s\", \"attempt\": 1}, \"outcome\": \"%s\", \"steps\": [%s]}"
                        .formatted(host, outcome, steps));
    }

    @Test
    void printsWholeLinesEachWithItsHost() throws JsonProcessingException {
        var output = new HostOutput(HostOutput.Mode.PRINTED, false);
        tell(output, "RunOpened", OPENED);
        chunk(output, "10.0.0.7:22", 1, "one\ntw");
        chunk(output, "10.0.0.8:22", 1, "other\n");
        chunk(output, "10.0.0.7:22", 1, "o\nthr");
        chunk(output, "10.0.0.9:23", 1, "twin\n");
        output.finish(Wire.mapper().createObjectNode());

        assertThat(printed().lines())
                .containsExactly(
                        "10.0.0.7 | one",
                        "db | other",
                        "10.0.0.7 | two",
                        "10.0.0.9:23 | twin",
                        "10.0.0.7 | thr");
    }

    @Test
    void letsNoHostSteerTheTerminal() throws JsonProcessingException {
        var output = new HostOutput(HostOutput.Mode.PRINTED, false);
        tell(output, "RunOpened", OPENED);
        chunk(output, "10.0.0.7:22", 1, "\u001b[2Jgone\rover\n");

        assertThat(printed()).isEqualTo("10.0.0.7 | \\x1b[2Jgone\\x0dover\n");
    }

    @Test
    void keepsALineAtTheBottomOnATerminalOutOfTheWayOfOutput() throws JsonProcessingException {
        var output = new HostOutput(HostOutput.Mode.PRINTED, true);
        tell(output, "RunOpened", OPENED);
        tell(output, "TaskStarted", "{\"ref\": {\"host\": \"10.0.0.8:22\", \"attempt\": 1}}");
        settled(output, "10.0.0.7:22", "FAILED", "");
        output.frame(Optional::empty);
        chunk(output, "10.0.0.8:22", 1, "x\n");
        output.finish(Wire.mapper().createObjectNode());

        assertThat(printed())
                .isEqualTo("\r\033[2K1 of 4 hosts done, 1 failed, 1 running\r\033[2Kdb | x\n");
    }

    @Test
    void keepsWhatEachHostPrintedAndOfALaterAttemptOnlyIts() throws JsonProcessingException {
        var output = new HostOutput(HostOutput.Mode.KEPT, false);
        tell(output, "RunOpened", OPENED);
        chunk(output, "10.0.0.7:22", 1, "first ");
        chunk(output, "10.0.0.7:22", 2, "again\n");
        chunk(output, "10.0.0.7:22", 1, "late\n");
        chunk(output, "10.0.0.8:22", 1, "x".repeat(200_000));
        chunk(output, "10.0.0.8:22", 1, "y".repeat(100_000));

        assertThat(printed()).isEmpty();
        assertThat(output.kept("10.0.0.7:22")).isEqualTo(new HostOutput.Kept("again\n", false));
        assertThat(output.kept("10.0.0.8:22").truncated()).isTrue();
        assertThat(output.kept("10.0.0.8:22").text()).hasSize(256 * 1024).endsWith("y");
        assertThat(output.kept("10.0.0.9:22").text()).isEmpty();
    }
}
