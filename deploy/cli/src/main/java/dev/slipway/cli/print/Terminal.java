package dev.slipway.cli.print;

import java.nio.charset.Charset;
import java.util.Optional;

/// What the screen can do. The launcher tells whether the streams are terminals, because asking
/// from Java costs start-up time.
public final class Terminal {
    private Terminal() {}

    public static boolean isInteractive() {
        return "1".equals(System.getenv("SLIPWAY_STDOUT_TTY"))
                && !"dumb".equals(System.getenv("TERM"));
    }

    /// Whether a person can be asked.
    public static boolean canAsk() {
        return isInteractive() && "1".equals(System.getenv("SLIPWAY_STDIN_TTY"));
    }

    public static int columns() {
        return number("COLUMNS", 80);
    }

    public static int lines() {
        return number("LINES", 24);
    }

    public static boolean isUnicode() {
        return Optional.ofNullable(System.getenv("LC_ALL"))
                .or(() -> Optional.ofNullable(System.getenv("LC_CTYPE")))
                .or(() -> Optional.ofNullable(System.getenv("LANG")))
                .map(l -> l.toUpperCase(java.util.Locale.ROOT).replace("-", "").contains("UTF8"))
                .orElseGet(() -> Charset.defaultCharset().name().equals("UTF-8"));
    }

    /// Text from elsewhere without anything that steers a terminal: control characters other than
    /// newline and tab as `\\xNN`.
    public static String safe(String text) {
        var out = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> {
                    if (Character.isISOControl(c) && c != '\n' && c != '\t') {
                        out.append("\\x%02x".formatted(c));
                    } else {
                        out.appendCodePoint(c);
                    }
                });
        return out.toString();
    }

    private static int number(String variable, int otherwise) {
        try {
            return Integer.parseInt(Optional.ofNullable(System.getenv(variable)).orElse(""));
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
