package dev.slipway.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// That the benchmark measures, not what it measures: no time is compared to anything.
class FanOutIT {
    @TempDir private Path folder;

    @Test
    void measuresTwoHostsAndWritesRowsAndDrawing() throws IOException {
        assumeTrue(Shell.root(), "skipped: real OpenSSH servers are started as root only");
        assumeTrue(
                Shell.find("sshd").isPresent(),
                "skipped: no sshd here (apt-get install openssh-server)");
        Path json = folder.resolve("rows.json");
        Path plot = folder.resolve("plot.svg");
        int code =
                Main.run(
                        "fan-out",
                        "--hosts",
                        "2",
                        "--warm-up",
                        "2",
                        "--subjects",
                        "slipway-executor-cold,slipway-executor-warm,xargs-ssh",
                        "--json",
                        json.toString(),
                        "--plot",
                        plot.toString());
        assertThat(code).isZero();
        JsonNode rows = new ObjectMapper().readTree(json.toFile());
        assertThat(rows.findValuesAsText("subject"))
                .containsExactly(
                        "slipway-executor-cold", "slipway-executor-warm", "xargs-ssh", "xargs-ssh");
        for (JsonNode row : rows) {
            assertThat(row.path("hosts").asInt()).isEqualTo(2);
            assertThat(row.path("failed").asInt()).isZero();
            for (String figure :
                    new String[] {
                        "wall_s", "cpu_ms_per_host", "target_cpu_ms_per_host", "peak_rss_mb"
                    }) {
                assertThat(row.path(figure).asDouble()).as(figure).isPositive();
            }
        }
        assertThat(Files.readString(plot)).contains("slipway-executor-warm (defaults)");
    }
}
