package dev.slipway.contracts.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShellQuoteTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "a, 'a'",
                "\"\", ''",
                "it's, \"'it'\\''s'\"",
                "$(reboot), '$(reboot)'",
                "a b;c, 'a b;c'"
            })
    void quotes(String value, String expected) {
        assertThat(ShellQuote.quote(value)).isEqualTo(expected);
    }

    @Test
    void refusesNulWithoutRepeatingTheValue() {
        assertThatThrownBy(() -> ShellQuote.quote("secret\0")).hasMessageNotContaining("secret");
    }

    /// A thousand hostile words through a real shell in one go: each comes back as it was.
    @Test
    void comesBackUnchangedFromARealShell() throws IOException, InterruptedException {
        var random = new Random(42);
        String alphabet = "ab'\"\\$`!*?~#&|;<>(){}[] \t\n\r=%é☃";
        List<String> words =
                Stream.concat(
                                Stream.of(
                                        "",
                                        "'",
                                        "''",
                                        "\\",
                                        "$HOME",
                                        "`id`",
                                        "-n",
                                        "a\n",
                                        "\u0001\u007f"),
                                IntStream.range(0, 1000)
                                        .mapToObj(i ->
                                                random.ints(
                                                                random.nextInt(12),
                                                                0,
                                                                alphabet.length())
                                                        .mapToObj(c -> alphabet.substring(c, c + 1))
                                                        .collect(Collectors.joining())))
                        .toList();

        Process shell = new ProcessBuilder("sh").redirectErrorStream(true).start();
        shell.getOutputStream()
                .write(
                        ("printf '%s\\0' " + ShellQuote.words(words) + "\n")
                                .getBytes(StandardCharsets.UTF_8));
        shell.getOutputStream().close();
        String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(shell.waitFor()).isZero();
        assertThat(List.of(printed.split("\0", -1)))
                .startsWith(words.toArray(String[]::new))
                .hasSize(words.size() + 1);
    }
}
