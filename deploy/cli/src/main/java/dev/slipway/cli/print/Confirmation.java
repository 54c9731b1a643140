package dev.slipway.cli.print;

import dev.slipway.cli.CommandFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/// Asks before something that can't be undone.
public final class Confirmation {
    private Confirmation() {}

    /// Returns if `yes` was given or the person typed `word`.
    ///
    /// @throws CommandFailure otherwise, and where nobody can be asked
    public static void require(boolean yes, String consequence, String word) {
        require(yes, "--yes", consequence, word);
    }

    /// The same where another option than `--yes` stands for the answer.
    public static void require(boolean yes, String option, String consequence, String word) {
        if (yes) {
            return;
        }
        requireSomebody(false, option, consequence);
        if (!ask("%s%nType \"%s\" to go on: ".formatted(consequence, word)).equals(word)) {
            throw CommandFailure.failed("not confirmed, nothing was done");
        }
    }

    /// For what is asked later: fails already where nobody can be asked.
    public static void requireSomebody(boolean yes, String consequence) {
        requireSomebody(yes, "--yes", consequence);
    }

    private static void requireSomebody(boolean yes, String option, String consequence) {
        if (!yes && !Terminal.canAsk()) {
            throw CommandFailure.usage(
                    "%s Nobody can be asked here: repeat with %s.".formatted(consequence, option));
        }
    }

    /// One line from the terminal, without surrounding blanks; empty at its end.
    public static String ask(String question) {
        System.out.print(question);
        System.out.flush();
        try {
            String line =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                            .readLine();
            return line == null ? "" : line.strip();
        } catch (IOException e) {
            return "";
        }
    }
}
