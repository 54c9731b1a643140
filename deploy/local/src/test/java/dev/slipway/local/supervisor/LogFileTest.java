package dev.slipway.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {

    @TempDir Path folder;

    @Test
    void keepsTheLastThree() throws IOException {
        LogFile log = new LogFile(folder.resolve("x.log"), 1000);
        for (String run : new String[] {"one", "two", "three", "four"}) {
            log.rotate();
            Files.writeString(log.path(), run);
        }

        assertThat(log.path()).hasContent("four");
        assertThat(folder.resolve("x.log.1")).hasContent("three");
        assertThat(folder.resolve("x.log.2")).hasContent("two");
        assertThat(folder.resolve("x.log.3")).doesNotExist();
    }

    @Test
    void emptiesAFileThatOutgrewItsLimitUnderTheWriter() throws IOException {
        LogFile log = new LogFile(folder.resolve("x.log"), 4);
        log.rotate();
        try (var writer = Files.newBufferedWriter(log.path(), StandardOpenOption.APPEND)) {
            writer.write("before");
            writer.flush();
            log.bound();
            writer.write("after");
        }

        assertThat(log.path()).hasContent("after");
        assertThat(folder.resolve("x.log.1")).hasContent("before");
    }
}
