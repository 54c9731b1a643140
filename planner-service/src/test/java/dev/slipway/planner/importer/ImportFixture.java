package dev.slipway.planner.importer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/// Files of other tools under src/test/resources/import, beside what becomes of them. After a
/// change that is meant: `-Dgolden.write=true`, then read the difference.
final class ImportFixture {
    private static final Path FOLDER = Path.of("src/test/resources/import");

    private ImportFixture() {}

    static String text(String name) throws IOException {
        return Files.readString(FOLDER.resolve(name + ".yaml"));
    }

    static Imported.Done done(String text) {
        return (Imported.Done) Importer.read(text);
    }

    /// Compares Clusterfile, account and what is left to do.
    static void matches(String name) throws IOException {
        Imported.Done done = done(text(name));
        compare(name + ".clusterfile.yaml", done.clusterfile());
        compare(
                name + ".fields.txt",
                done.fields().stream()
                                .map(f ->
                                        "%d:%d %s: %s%s%s"
                                                .formatted(
                                                        f.document(),
                                                        f.line(),
                                                        f.path(),
                                                        f.outcome().word(),
                                                        f.target().isEmpty()
                                                                ? ""
                                                                : " -> " + f.target(),
                                                        f.note().isEmpty()
                                                                ? ""
                                                                : " (" + f.note() + ")"))
                                .collect(Collectors.joining("\n"))
                        + "\n\n"
                        + done.problems().stream()
                                .map(Object::toString)
                                .collect(Collectors.joining("\n"))
                        + "\n");
    }

    private static void compare(String name, String text) throws IOException {
        Path file = FOLDER.resolve(name);
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(file, text);
        }
        assertThat(text).isEqualTo(Files.readString(file));
    }
}
