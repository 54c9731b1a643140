package dev.slipway.local.part;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.local.process.ProcessStamp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AotCacheIT {

    private static final String CLASS = "dev/slipway/local/part/Sleeper.class";

    @TempDir Path folder;

    private Path jar;
    private AotCache cache;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void makeJar() throws IOException {
        jar = folder.resolve("sleeper.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                InputStream in =
                        Objects.requireNonNull(AotCacheIT.class.getResourceAsStream("/" + CLASS))) {
            out.putNextEntry(new JarEntry(CLASS));
            in.transferTo(out);
        }
        cache = cacheOf(jar);
    }

    @AfterEach
    void endPrograms() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void recordsARunningPartWhichGoesOn() throws IOException {
        assertThat(cache.flags().getFirst()).startsWith("-XX:AOTCacheOutput=");
        ProcessStamp running = start(jar);

        cache.record(running);

        assertThat(running.alive()).isTrue();
        assertThat(cache.flags().getFirst()).startsWith("-XX:AOTCache=");
        assertThat(start(jar).alive()).isTrue();
    }

    @Test
    void recordsAnewWhenAJarChanged() throws IOException {
        cache.record(start(jar));

        Files.setLastModifiedTime(jar, FileTime.fromMillis(1));

        assertThat(cache.flags().getFirst()).startsWith("-XX:AOTCacheOutput=");
    }

    @Test
    void leavesAPartAloneThatTheJvmCannotRecord() {
        AotCache ofClasses = cacheOf(Path.of("target", "test-classes"));

        assertThat(ofClasses.flags()).isEmpty();
    }

    @Test
    void asksForARecordingThatDoesNotComeOnce() throws IOException {
        Process deaf = new ProcessBuilder("sleep", "600").start();
        started.add(deaf);
        cache.flags();

        cache.record(ProcessStamp.of(deaf.pid()).orElseThrow());

        assertThat(cache.flags()).isEmpty();
    }

    @Test
    void oneOfTwoStacksRecordsForBoth() throws IOException {
        AotCache other = cacheOf(jar);
        assertThat(cache.flags()).isNotEmpty();

        assertThat(other.flags()).isEmpty();

        cache.record(start(jar));
        assertThat(other.flags()).isEqualTo(cache.flags());
    }

    @Test
    void standsBesideTheProgramsItBelongsTo() {
        Path otherwise = Path.of("/home/ops/aot");

        assertThat(AotCache.folder(folder.resolve("quarkus-app"), otherwise))
                .isEqualTo(folder.resolve("aot"));
        assertThat(AotCache.folder(Path.of("/"), otherwise))
                .as("where nothing can be written")
                .isEqualTo(otherwise);
    }

    @Test
    void aCacheThatIsCutOffDoesNotKeepThePartFromStarting() throws IOException {
        cache.record(start(jar));
        String flag = cache.flags().getFirst();
        Path file = Path.of(flag.substring(flag.indexOf('=') + 1));
        Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 100_000));

        assertThat(start(jar).alive()).isTrue();
    }

    private AotCache cacheOf(Path code) {
        return new AotCache(folder.resolve("aot"), "sleeper", List.of(code), List.of());
    }

    /// Starts the program with the cache's flags, and waits until it says that it is up.
    private ProcessStamp start(Path classPath) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString()));
        command.addAll(cache.flags());
        command.addAll(List.of("-cp", classPath.toString(), Sleeper.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        started.add(process);
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        assertThat(output.lines().anyMatch("up"::equals)).isTrue();
        return ProcessStamp.of(process.pid()).orElseThrow();
    }
}
