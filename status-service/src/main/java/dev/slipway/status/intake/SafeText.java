package dev.slipway.status.intake;

/// Text from hosts and executors, made harmless for whoever prints it. Executors escape already; a
/// terminal must not depend on that.
public final class SafeText {
    private static final String CUT = "…";

    private SafeText() {}

    /// Control characters other than newline and tab, line and bidirectional controls (which
    /// reorder what a reader sees) and lone surrogates come back as `\\uXXXX`; everything else
    /// unchanged.
    public static String of(String text) {
        if (text.codePoints().noneMatch(SafeText::harmful)) {
            return text;
        }
        var safe = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> append(safe, c));
        return safe.toString();
    }

    /// As [#of(String)], cut at `maxLength` characters, an ellipsis in place of the rest.
    public static String of(String text, int maxLength) {
        String safe = of(text);
        if (safe.length() <= maxLength) {
            return safe;
        }
        int end = Character.isHighSurrogate(safe.charAt(maxLength - 1)) ? maxLength - 1 : maxLength;
        return safe.substring(0, end) + CUT;
    }

    /// The last `maxLength` characters of what [#of(String)] makes of it.
    public static String tail(String text, int maxLength) {
        String safe = of(text);
        if (safe.length() <= maxLength) {
            return safe;
        }
        int start = safe.length() - maxLength;
        return CUT
                + safe.substring(Character.isLowSurrogate(safe.charAt(start)) ? start + 1 : start);
    }

    private static void append(StringBuilder safe, int codePoint) {
        if (harmful(codePoint)) {
            safe.append("\\u%04x".formatted(codePoint));
        } else {
            safe.appendCodePoint(codePoint);
        }
    }

    private static boolean harmful(int c) {
        if (c == '\n' || c == '\t') {
            return false;
        }
        return Character.isISOControl(c)
                || (c >= 0x200E && c <= 0x200F)
                || (c >= 0x2028 && c <= 0x202E)
                || (c >= 0x2066 && c <= 0x2069)
                || c == 0x061C
                || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
