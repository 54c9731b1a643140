package dev.slipway.executor.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetriesTest {
    private static final Retries RETRIES =
            new Retries(20, Duration.ofSeconds(1), Duration.ofSeconds(15));

    @ParameterizedTest(name = "after {0} failures, {1} s left, spread {2}: {3} ms")
    @CsvSource({
        // Doubled each time, up to the longest.
        "1, 3600, 0, 500",
        "2, 3600, 0, 1000",
        "3, 3600, 0, 2000",
        "4, 3600, 0, 4000",
        "5, 3600, 0, 7500",
        "6, 3600, 0, 7500",
        "19, 3600, 0, 7500",
        // Spread over its upper half.
        "1, 3600, 0.5, 750",
        "4, 3600, 0.25, 5000",
        "5, 3600, 0.5, 11250",
        // Not when it would be too late.
        "3, 2, 0, never",
        "3, 2.001, 0, 2000",
        "3, -1, 0, never",
        // Not more often than is set.
        "20, 3600, 0, never",
        "21, 3600, 0, never",
    })
    void growsSpreadsAndEnds(int failed, double left, double spread, String expected) {
        Optional<Duration> pause =
                RETRIES.pause(failed, Duration.ofMillis((long) (left * 1000)), spread);
        assertThat(pause.map(p -> Long.toString(p.toMillis())).orElse("never")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"1", "40", "2147483646"})
    void goesOnWithoutEndWhereNoneIsSet(int failed) {
        var endless = new Retries(Integer.MAX_VALUE, Duration.ofSeconds(1), Duration.ofSeconds(15));
        assertThat(endless.pause(failed, Duration.ofHours(1), 0.999).orElseThrow())
                .isBetween(Duration.ofMillis(500), Duration.ofSeconds(15));
    }

    @ParameterizedTest
    @CsvSource({"0", "0.5", "0.999"})
    void takesALongestTimeThatIsShorterThanTheFirst(double spread) {
        var short_ = new Retries(3, Duration.ofSeconds(10), Duration.ofSeconds(2));
        assertThat(short_.pause(1, Duration.ofHours(1), spread).orElseThrow())
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
    }
}
