package dev.slipway.executor.task;

import java.nio.charset.StandardCharsets;

/// Text from hosts, made safe for terminals and logs.
final class PrintableText {
    static final byte[] MASK = "[masked]".getBytes(StandardCharsets.US_ASCII);

    private PrintableText() {}

    /// The bytes as UTF-8 (what is none becomes U+FFFD), control characters other than newline and
    /// tab as `\xNN`, bidirectional overrides by their number in braces.
    static String of(byte[] utf8) {
        String text = new String(utf8, StandardCharsets.UTF_8);
        var safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> append(safe, c));
        return safe.toString();
    }

    private static void append(StringBuilder safe, int c) {
        if (c == '\n' || c == '\t') {
            safe.appendCodePoint(c);
        } else if (Character.isISOControl(c)) {
            safe.append("\\x%02x".formatted(c));
        } else if (Character.getType(c) == Character.FORMAT || c == 0x2028 || c == 0x2029) {
            safe.append("\\u{%04x}".formatted(c));
        } else {
            safe.appendCodePoint(c);
        }
    }

    /// The longest end of `text` that has at most `limit` bytes as UTF-8, from a line's beginning
    /// where there is one.
    static String tail(String text, int limit) {
        int from = Math.max(0, text.length() - limit);
        while (from < text.length()
                && text.substring(from).getBytes(StandardCharsets.UTF_8).length > limit) {
            from += Math.max(1, (text.length() - from) / 32);
        }
        if (from == 0) {
            return text;
        }
        if (Character.isLowSurrogate(text.charAt(Math.min(from, text.length() - 1)))) {
            from++;
        }
        int line = text.indexOf('\n', from);
        return line >= 0 && line < text.length() - 1
                ? text.substring(line + 1)
                : text.substring(Math.min(from, text.length()));
    }
}
