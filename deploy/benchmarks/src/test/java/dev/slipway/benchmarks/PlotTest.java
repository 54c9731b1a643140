package dev.slipway.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

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
    void takesPercentilesByNearestRank() {
        double[] values = {4, 1, 3, 2};
        assertThat(Overhead.percentile(values, 50)).isEqualTo(2);
        assertThat(Overhead.percentile(values, 99)).isEqualTo(4);
        assertThat(Overhead.percentile(new double[0], 50)).isZero();
    }
}
