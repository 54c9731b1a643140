package dev.slipway.simulator;

import java.util.regex.Pattern;

/// Something a stand-in does wrong when it comes to a step. Tools and steps are listed in the
/// module's README; `*` matches any.
///
/// @param action what happens
/// @param tool as `kubeadm`
/// @param step as `init/certs`
/// @param times how often, then no more; 0 or less: always
/// @param value exit code of FAIL (1..255), seconds of real time (scaled) of SLOW, ignored by KILL
/// @param message printed by FAIL on stderr, one line
public record Fault(Action action, String tool, String step, int times, int value, String message) {

    private static final Pattern WORD = Pattern.compile("\\*|[a-z0-9][a-z0-9./-]*");

    /// FAIL ends the tool with a message, SLOW delays it, KILL ends it and the shell that called it
    /// by SIGKILL.
    public enum Action {
        FAIL,
        SLOW,
        KILL
    }

    public Fault {
        if (!WORD.matcher(tool).matches() || !WORD.matcher(step).matches()) {
            throw new IllegalArgumentException(
                    "\"%s\" \"%s\" is no tool and step: write for example kubeadm init/certs"
                            .formatted(tool, step));
        }
        if (message.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "a fault's message is one line without control characters");
        }
    }

    public static Fault fail(String tool, String step, int exitCode, String message) {
        return new Fault(Action.FAIL, tool, step, 0, exitCode, message);
    }

    public static Fault failOnce(String tool, String step, int exitCode, String message) {
        return new Fault(Action.FAIL, tool, step, 1, exitCode, message);
    }

    public static Fault slow(String tool, String step, int seconds) {
        return new Fault(Action.SLOW, tool, step, 0, seconds, "");
    }

    public static Fault kill(String tool, String step) {
        return new Fault(Action.KILL, tool, step, 1, 0, "");
    }

    /// Reads the words after the action and host of a control request: `TOOL STEP [TIMES [VALUE
    /// [MESSAGE]]]`.
    static Fault parse(Action action, String[] words) {
        if (words.length < 2) {
            throw new IllegalArgumentException("a fault needs TOOL and STEP");
        }
        int times = words.length > 2 ? Integer.parseInt(words[2]) : 0;
        int value = words.length > 3 ? Integer.parseInt(words[3]) : 1;
        return new Fault(
                action, words[0], words[1], times, value, words.length > 4 ? words[4] : "");
    }

    /// As the stand-ins read it; see `step` in lib.sh.
    String line() {
        return "%s %s %s %s %d %s"
                .formatted(
                        action.name().toLowerCase(java.util.Locale.ROOT),
                        tool,
                        step,
                        times > 0 ? Integer.toString(times) : "-",
                        value,
                        message)
                .strip();
    }
}
