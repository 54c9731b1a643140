package dev.slipway.planner.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.Wire;
import dev.slipway.contracts.order.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FactReaderTest {
    @Test
    void readsWhatTheStepsReportOnThisVeryMachine() throws IOException, InterruptedException {
        var facts = new HashMap<String, String>();
        for (Step step : InspectSteps.steps(List.of(6443))) {
            if (step instanceof Step.Command command) {
                facts.put(command.factName().orElseThrow(), run(command.script()));
            }
        }

        HostFacts found = FactReader.read(facts, Instant.now());

        assertThat(facts.values()).allSatisfy(f -> assertThat(f.length()).isLessThan(4096));
        assertThat(found.system().kernel()).isEqualTo(System.getProperty("os.version"));
        assertThat(found.hardware().cpus()).isPositive();
        assertThat(found.hardware().memoryMib()).isGreaterThan(100);
        assertThat(found.hardware().freeDiskMib()).isPositive();
        assertThat(found.clockSkew().abs()).isLessThan(java.time.Duration.ofSeconds(30));
        assertThat(Wire.read(Wire.bytes(found), HostFacts.class)).isEqualTo(found);
    }

    @Property(tries = 200)
    void takesWhateverAHostSaysWithinBounds(@ForAll String hostile) {
        Map<String, String> facts =
                Map.of(
                        "system", "os=" + hostile + "\nhostname=" + hostile,
                        "hardware", "cpus=" + hostile,
                        "network", "port=" + hostile + "\naddress=" + hostile,
                        "tools", "path." + hostile + "=" + hostile,
                        "node", hostile,
                        "owner", hostile);

        HostFacts found = FactReader.read(facts, Instant.EPOCH);

        assertThat(found.system().os()).hasSizeLessThanOrEqualTo(256).matches("[\\x20-\\x7e]*");
    }

    private static String run(String script) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-eu", "-c", script).start();
        shell.getOutputStream().close();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(shell.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(errors + script).isZero();
        return output;
    }
}
