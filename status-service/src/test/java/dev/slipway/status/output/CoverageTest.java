package dev.slipway.status.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.slipway.status.output.Coverage.Range;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoverageTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''        | 0-10 | 0-10        | 0-10",
                "0-10      | 10-20| 10-20       | 0-20",
                "0-10      | 0-10 | ''          | 0-10",
                "0-10      | 3-7  | ''          | 0-10",
                "0-10      | 5-15 | 10-15       | 0-15",
                "10-20     | 0-10 | 0-10        | 0-20",
                "10-20     | 5-25 | 5-10,20-25  | 5-25",
                "0-10,20-30| 5-25 | 10-20       | 0-30",
                "0-10,20-30| 40-50| 40-50       | 0-10,20-30,40-50",
            })
    void saysWhatIsMissingAndJoinsWhatTouches(
            String known, String wanted, String missing, String then) {
        Coverage coverage = Coverage.of(known);
        Range range = Coverage.of(wanted).ranges().getFirst();

        assertThat(coverage.missing(range)).isEqualTo(Coverage.of(missing).ranges());
        assertThat(coverage.with(range)).hasToString(then);
    }

    @Test
    void agreesWithASetOfBytesWhateverTheOrder() {
        for (long seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            Coverage coverage = Coverage.NONE;
            var bytes = new BitSet();
            for (int i = 0; i < 30; i++) {
                int from = random.nextInt(100);
                var range = new Range(from, from + 1L + random.nextInt(20));
                var missing = new BitSet();
                missing.set(from, (int) range.to());
                missing.andNot(bytes);
                var said = new BitSet();
                coverage.missing(range).forEach(r -> said.set((int) r.from(), (int) r.to()));
                assertThat(said).as("seed %d", seed).isEqualTo(missing);

                bytes.set(from, (int) range.to());
                coverage = Coverage.of(coverage.with(range).toString());
                assertThat(coverage.size()).as("seed %d", seed).isEqualTo(bytes.cardinality());
            }
        }
    }

    @Test
    void refusesARangeWithoutBytes() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Range(5, 5));
        assertThatIllegalArgumentException().isThrownBy(() -> new Range(-1, 5));
    }
}
