package dev.slipway.scenarios;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `deploy/docs/pains.md` promises by naming tests: they are there.
class PainsTest {
    private static final Path HOUSE = Path.of("../..");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\|.*$");
    private static final Pattern NAME = Pattern.compile("`([A-Z]\\w+(?:Test|IT))\\.(\\w+)`");

    @Test
    void everyPainNamesTestsThatExist() throws IOException {
        String page = Files.readString(HOUSE.resolve("deploy/docs/pains.md"));
        List<MatchResult> rows = ROW.matcher(page).results().toList();

        assertThat(rows)
                .extracting(row -> Integer.parseInt(row.group(1)))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 15).boxed().toList());
        for (MatchResult row : rows) {
            List<MatchResult> tests = NAME.matcher(row.group()).results().toList();
            assertThat(tests).as(row.group()).isNotEmpty();
            for (MatchResult test : tests) {
                assertThat(sources(test.group(1)))
                        .as(test.group())
                        .containsPattern("void " + test.group(2) + "\\(");
            }
        }
    }

    /// The text of the test classes of that name.
    private static String sources(String name) throws IOException {
        try (Stream<Path> files =
                Files.find(
                        HOUSE,
                        12,
                        (path, _) ->
                                path.endsWith(name + ".java")
                                        && path.toString().contains("src/test/java"))) {
            return files.map(PainsTest::text).collect(joining());
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
