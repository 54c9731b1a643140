package dev.slipway.executor.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.RemotePath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorityProgramIT {
    @TempDir Path folder;

    @BeforeEach
    void writeTheFiles() throws IOException {
        Files.createDirectories(folder.resolve("it's/etcd"));
        for (String file : Materials.AUTHORITY_FILES) {
            // Neither the last newline nor what looks like an answer is lost or taken for one.
            Files.writeString(folder.resolve("it's").resolve(file), "=end\n" + file);
        }
    }

    private AuthorityProgram.Found run(String shell, String path)
            throws IOException, InterruptedException {
        // As a root shell takes a program.
        Process process =
                new ProcessBuilder(
                                shell,
                                "-c",
                                "IFS= read -r bytes; program=$(dd bs=1 count=$bytes 2>/dev/null); eval \"$program\"")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        AuthorityProgram.start(process.getOutputStream(), RemotePath.of(path));
        process.getOutputStream().close();
        var found = AuthorityProgram.read(process.getInputStream());
        assertThat(process.waitFor()).isZero();
        return found;
    }

    @Test
    void readsEveryFileAsItIs() throws Exception {
        var found = run("sh", folder + "/it's");

        assertThat(found.missing()).isEmpty();
        assertThat(found.files()).hasSize(Materials.AUTHORITY_FILES.size());
        Materials.AUTHORITY_FILES.forEach(file ->
                assertThat(found.files().get(Materials.authority(file)))
                        .asString(StandardCharsets.UTF_8)
                        .isEqualTo("=end\n" + file));
        assertThat(found.toString()).doesNotContain("=end");
    }

    @Test
    void namesWhatIsMissing() throws Exception {
        Files.delete(folder.resolve("it's/ca.key"));
        Files.delete(folder.resolve("it's/etcd/ca.key"));

        assertThat(run("sh", folder + "/it's").missing()).containsExactly("ca.key", "etcd/ca.key");
        assertThat(run("sh", folder + "/none").missing()).containsExactly(folder + "/none");
    }

    @Test
    void believesAHostNothingElse() {
        refused("=file ../shadow 3\nabc=end\n", "not asked for");
        refused("=file ca.key 999999\n", "longer than");
        refused("=file ca.key 30\nabc", "ended");
        refused("hello\n", "something else");
        refused("=missing a\n".repeat(20), "too many");
    }

    private static void refused(String output, String why) {
        assertThatThrownBy(() ->
                        AuthorityProgram.read(
                                new ByteArrayInputStream(output.getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }
}
