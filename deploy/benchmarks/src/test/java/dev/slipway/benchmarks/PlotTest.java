package dev.slipway.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlotTest {
    private static Row row(String subject, double cpu) {
        return new Row(
                subject,
                "best",
                "openssh",
                10,
                Optional.of(1.0),
                Optional.of(cpu),
                Optional.empty(),
                Optional.of(3.0),
                0,
                "");
    }

    @Test
    void drawsEachFigureInProportionAndSaysWhatIsMissing() {
        String svg = Plot.svg("a <title>", "2 cores", List.of(row("one", 5), row("two", 10)));
        assertThat(svg)
                .contains("a &lt;title&gt;", "width=\"110.0\"", "width=\"220.0\"", "left out");
    }

    @Test
    void saysHowFiguresGrowWithTheNumberOfHosts() {
        Row few = row("linear", 5);
        Row many =
                new Row(
                        "linear",
                        "best",
                        "openssh",
                        100,
                        Optional.of(100.0),
                        Optional.of(5.0),
                        Optional.empty(),
                        Optional.of(3.0),
                        0,
                        "");

        assertThat(Growth.lines(List.of(few, row("once", 1), many)))
                .containsExactly(
                        "growth of linear (best) from 10 to 100 hosts: wall time n^2.00, client CPU n^1.00, hosts' CPU -");
    }

    @Test
    void addsUpWhatPassedBetweenTwoMoments() {
        Instant start = Instant.parse("2026-03-01T10:00:00Z");
        var samples =
                List.of(
                        new Meter.Sample(start, 100, 1000, 1024),
                        new Meter.Sample(start.plusMillis(100), 110, 1020, 0),
                        new Meter.Sample(start.plusMillis(200), 150, 1060, 4096),
                        new Meter.Sample(start.plusMillis(300), 190, 1100, 8192));

        assertThat(Meter.between(samples, start.plusMillis(120), start.plusMillis(250)))
                .isEqualTo(new Meter.Passed(40, 40, 4));
    }

    @Test
    void takesPercentilesByNearestRank() {
        double[] values = {4, 1, 3, 2};
        assertThat(Overhead.percentile(values, 50)).isEqualTo(2);
        assertThat(Overhead.percentile(values, 99)).isEqualTo(4);
        assertThat(Overhead.percentile(new double[0], 50)).isZero();
    }
}
