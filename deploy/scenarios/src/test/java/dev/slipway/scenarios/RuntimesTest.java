package dev.slipway.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `deploy/docs/runtimes.md` says by files how much the runtimes share: they are there.
class RuntimesTest {
    private static final Path HOUSE = Path.of("../..");
    private static final Path PLANNER =
            HOUSE.resolve("planner-service/src/main/java/dev/slipway/planner");
    private static final Pattern NAME =
            Pattern.compile("`((?:[\\w.-]+/)*[A-Z]\\w+\\.java|(?:[\\w.-]+/)+[\\w.-]+)`");

    @Test
    void everyFileOfThePageExists() throws IOException {
        String page = Files.readString(HOUSE.resolve("deploy/docs/runtimes.md"));
        List<String> names =
                NAME.matcher(page).results().map(match -> match.group(1)).distinct().toList();

        assertThat(names).hasSizeGreaterThan(50);
        assertThat(names).allSatisfy(name -> assertThat(isThere(name)).as(name).isTrue());
    }

    /// In the planner or in the house; a name alone, anywhere in the planner.
    private static boolean isThere(String name) throws IOException {
        if (name.contains("/")) {
            return Files.exists(PLANNER.resolve(name)) || Files.exists(HOUSE.resolve(name));
        }
        try (Stream<Path> found = Files.find(PLANNER, 4, (path, _) -> path.endsWith(name))) {
            return found.findAny().isPresent();
        }
    }
}
