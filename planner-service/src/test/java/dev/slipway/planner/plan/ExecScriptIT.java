package dev.slipway.planner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The shell text of `exec` in every shell that hosts have, run as the journal's program runs a
/// step: `SHELL -eu FILE`, no standard input.
class ExecScriptIT {
    private record Ran(int code, String printed) {}

    @TempDir private Path directory;

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void oneTextIsALineOfShellAsAtAPrompt(List<String> shell) throws Exception {
        String line = "false; echo \"[$NOT_SET]\" | tr a-z A-Z; exit 7";
        assertThat(run(shell, ExecScript.ofCommand(List.of(line)))).isEqualTo(new Ran(7, "[]\n"));
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void severalTextsArriveAsTheyAre(List<String> shell) throws Exception {
        var words = List.of("printf", "<%s>", "a b", "it's", "$HOME;`id`", "*", "", "new\nline");
        assertThat(run(shell, ExecScript.ofCommand(words)))
                .isEqualTo(new Ran(0, "<a b><it's><$HOME;`id`><*><><new\nline>"));
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void aCommandThatIsNotThereIsSaidByTheUsualExitCode(List<String> shell) throws Exception {
        assertThat(run(shell, ExecScript.ofCommand(List.of("no-such-tool", "x"))).code())
                .isEqualTo(127);
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void aScriptWithoutAnInterpreterIsForSh(List<String> shell) throws Exception {
        assertThat(run(shell, ExecScript.ofFile("# no first line\nfalse\necho \"<$1>\"\nexit 3")))
                .isEqualTo(new Ran(3, "<>\n"));
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void aScriptIsRunByTheInterpreterThatItNames(List<String> shell) throws Exception {
        String script =
                """
                #!/usr/bin/awk -f
                BEGIN {
                    print "it's $awk"
                    while ((getline line < "/dev/stdin") > 0) print "input"
                    exit 5
                }
                """;
        assertThat(run(shell, ExecScript.ofFile(script))).isEqualTo(new Ran(5, "it's $awk\n"));
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void aScriptLongerThanAPipeHoldsArrivesWhole(List<String> shell) throws Exception {
        String script =
                "#!/bin/sh\n"
                        + "# filler '\"`$( \\\n".repeat(8000)
                        + "cat <<'END_OF_SCRIPT'\nbody\nEND_OF_SCRIPT\nexit 9";
        assertThat(run(shell, ExecScript.ofFile(script))).isEqualTo(new Ran(9, "body\n"));
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void aLentFileIsRunAsOneThatCameWithTheOrder(List<String> shell) throws Exception {
        String awk =
                "#! /usr/bin/awk -f \nBEGIN { print \"it's $awk\", ENVIRON[\"SLIPWAY_FILE\"]; exit 5 }";
        assertThat(runLent(shell, awk)).isEqualTo(new Ran(5, "it's $awk \n"));
        assertThat(runLent(shell, "#!/usr/bin/printf <%s>a  *\n").printed())
                .as("what follows is one argument, as it is")
                .isEqualTo("<" + directory.resolve("lent file") + ">a  *");
        assertThat(runLent(shell, "# none\nfalse\necho \"<$1>$NOT_SET\"\nexit 3"))
                .isEqualTo(new Ran(3, "<>\n"));
        assertThat(runLent(shell, "echo no end of line")).isEqualTo(new Ran(0, "no end of line\n"));
        assertThat(runLent(shell, "#!\nexit 4")).isEqualTo(new Ran(4, ""));
        assertThat(runLent(shell, "#!/no/such/interpreter\n").code()).isEqualTo(127);
        assertThat(runLent(shell, "# filler\n".repeat(200_000) + "echo whole\n"))
                .isEqualTo(new Ran(0, "whole\n"));
    }

    private Ran runLent(List<String> shell, String script) throws Exception {
        Path file = Files.writeString(directory.resolve("lent file"), script);
        return run(shell, ExecScript.OF_LENT_FILE, Map.of("SLIPWAY_FILE", file.toString()));
    }

    private Ran run(List<String> shell, String script) throws IOException, InterruptedException {
        return run(shell, script, Map.of());
    }

    private Ran run(List<String> shell, String script, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("1.script"), script);
        var command = new ArrayList<>(shell);
        command.addAll(List.of("-eu", file.toString()));
        var builder =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().remove("NOT_SET");
        builder.environment().put("TMPDIR", directory.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String printed =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Ran(process.exitValue(), printed);
    }
}
