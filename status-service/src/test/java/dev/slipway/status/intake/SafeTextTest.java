package dev.slipway.status.intake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTextTest {
    @Test
    void leavesOrdinaryTextWithNewlinesAndTabsAsItIs() {
        String text = "joined in 12 s\n\tok: grün, 成功 🚢\n";

        assertThat(SafeText.of(text)).isSameAs(text);
    }

    @ParameterizedTest
    @CsvSource({"1B", "7", "D", "0", "7F", "9B", "85", "202E", "2066", "200F", "2028", "61C"})
    void escapesWhatATerminalWouldObey(String hex) {
        int harmful = Integer.parseInt(hex, 16);

        String safe = SafeText.of("a" + Character.toString(harmful) + "[2Jb");

        assertThat(safe).isEqualTo("a\\u%04x[2Jb".formatted(harmful));
    }

    @Test
    void escapesALoneSurrogate() {
        assertThat(SafeText.of("a\uD83Db")).isEqualTo("a\\ud83db");
    }

    @Test
    void cutsAtALengthAndNeverInsideACharacter() {
        assertThat(SafeText.of("abcdef", 3)).isEqualTo("abc…");
        assertThat(SafeText.of("ab🚢cd", 3)).isEqualTo("ab…");
        assertThat(SafeText.of("abc", 3)).isEqualTo("abc");
    }

    @Test
    void keepsTheTailAndNeverHalfACharacter() {
        assertThat(SafeText.tail("abcdef", 3)).isEqualTo("…def");
        assertThat(SafeText.tail("ab🚢cd", 3)).isEqualTo("…cd");
        assertThat(SafeText.tail("abc", 3)).isEqualTo("abc");
    }
}
