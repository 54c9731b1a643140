package dev.slipway.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlotTest {
    private static Row row(String subject, int hosts, double wall, double cpu) {
        return new Row(
                subject,
                "best",
                "openssh",
                hosts,
                Optional.of(wall),
                Optional.of(cpu),
                Optional.empty(),
                Optional.of(3.0),
                0,
                "");
    }

    @Test
    void drawsEachFigureInProportionAndSaysWhatIsMissing() {
        List<Row> rows = List.of(row("one", 10, 1, 5), row("two", 10, 1, 10));

        assertThat(Plot.svg("a <title>", "2 cores", rows, Plot.Panels.BY_HOSTS))
                .contains(
                        "a &lt;title&gt;",
                        ">10 hosts<",
                        ">one (best)<",
                        ">two (best)<",
                        "width=\"110.0\"",
                        "width=\"220.0\"",
                        "left out");
    }

    @Test
    void drawsHowASubjectGrowsSideBySide() {
        List<Row> rows =
                List.of(row("one", 10, 1, 5), row("two", 10, 1, 8), row("one", 100, 10, 10));

        assertThat(Plot.svg("t", "2 cores", rows, Plot.Panels.BY_SUBJECT))
                .containsSubsequence(
                        ">one (best)<",
                        ">10 hosts<",
                        "width=\"110.0\"",
                        ">100 hosts<",
                        "width=\"220.0\"",
                        ">two (best)<",
                        ">10 hosts<");
    }

    @Test
    void saysHowFiguresGrowWithTheNumberOfHosts() {
        List<Row> rows =
                List.of(row("linear", 10, 1, 5), row("once", 10, 1, 1), row("linear", 100, 100, 5));

        assertThat(Growth.lines(rows))
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
