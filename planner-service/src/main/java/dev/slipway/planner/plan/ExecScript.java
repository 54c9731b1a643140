package dev.slipway.planner.plan;

import dev.slipway.contracts.order.ShellQuote;
import java.util.List;
import java.util.stream.Collectors;

/// Makes the shell text of an `exec` step. Steps run under `sh -eu`, which is for our own scripts;
/// what a user gives runs as it would have run by itself.
public final class ExecScript {
    private static final String AS_USUAL = "set +eu\n";

    /// Runs the file that is lent to the step ([Step.Command#FILE]), as [#ofFile] does: what
    /// follows the interpreter on the first line is one argument (execve(2)). The place of the file
    /// may forbid to run what lies there, so the interpreter is named.
    public static final String OF_LENT_FILE =
            """
            script=$SLIPWAY_FILE
            unset SLIPWAY_FILE
            first=$(head -c 1024 "$script" | head -n 1)
            interpreter=
            argument=
            case $first in
            '#!'*)
                read -r interpreter argument <<FIRST || :
            ${first#??}
            FIRST
                ;;
            esac
            [ -n "$interpreter" ] || exec sh "$script"
            exec "$interpreter" ${argument:+"$argument"} "$script"
            """;

    private ExecScript() {}

    /// @param words one: a line of shell; several: a command and its arguments, which arrive as
    ///   they are
    public static String ofCommand(List<String> words) {
        return words.size() == 1
                ? AS_USUAL + words.getFirst() + "\n"
                : "exec " + quoted(words) + "\n";
    }

    /// A script file's text, run by the interpreter that its first line names (`#!`), else by `sh`.
    /// The interpreter gets it as a file of which nothing is left on the host, however it ends: a
    /// here-document on descriptor 3, so that standard input stays empty.
    public static String ofFile(String text) {
        String first = text.lines().findFirst().orElse("");
        String interpreter = first.startsWith("#!") ? first.substring(2).strip() : "";
        if (interpreter.isEmpty()) {
            return AS_USUAL + text;
        }
        // As the kernel has it: what follows the interpreter is one argument (execve(2)).
        String command = quoted(List.of(interpreter.split("[ \t]+", 2)));
        String end = end(text);
        String newline = text.endsWith("\n") ? "" : "\n";
        return "exec %s /proc/self/fd/3 3<<'%s'\n".formatted(command, end)
                + text
                + newline
                + end
                + "\n";
    }

    /// A word that no line of the text is.
    private static String end(String text) {
        var lines = text.lines().collect(Collectors.toSet());
        String end = "END_OF_SCRIPT";
        while (lines.contains(end)) {
            end += "_";
        }
        return end;
    }

    private static String quoted(List<String> words) {
        return words.stream().map(ShellQuote::quote).collect(Collectors.joining(" "));
    }
}
