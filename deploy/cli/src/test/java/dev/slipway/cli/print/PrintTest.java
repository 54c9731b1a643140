package dev.slipway.cli.print;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintTest {
    @ParameterizedTest
    @CsvSource({
        "PT0.04S, 0.0 s",
        "PT0.44S, 0.4 s",
        "PT12.3S, 12 s",
        "PT185S, 3 m 05 s",
        "PT7800S, 2 h 10 m",
        "P4D, 4 d"
    })
    void writesDurationsAsPeopleReadThem(Duration duration, String expected) {
        assertThat(Times.text(duration)).isEqualTo(expected);
    }

    @Test
    void alignsColumnsByWhatIsSeen() {
        assertThat(new Table("A", "B").row("✓ x", "1").row("long one", "two\nlines"))
                .hasToString("A         B\n✓ x       1\nlong one  two lines");
    }

    @Test
    void takesTheTeethOutOfControlCharacters() {
        assertThat(Terminal.safe("a\u001b]0;x\u0007\tb\n")).isEqualTo("a\\x1b]0;x\\x07\tb\n");
    }
}
