package dev.slipway.contracts.id;

/// A value as it may appear in a message: quoted, control characters escaped, cut at 80 characters.
public final class Quoted {
    private static final int MAX_LENGTH = 80;

    private Quoted() {}

    public static String of(String value) {
        var text = new StringBuilder("\"");
        value.codePoints()
                .limit(MAX_LENGTH)
                .forEach(c -> {
                    if (Character.isISOControl(c)) {
                        text.append("\\u%04x".formatted(c));
                    } else {
                        text.appendCodePoint(c);
                    }
                });
        return text.append(value.length() > MAX_LENGTH ? "…\"" : "\"").toString();
    }
}
