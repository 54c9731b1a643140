package dev.slipway.planner.plan.node;

import java.util.Collection;
import java.util.stream.Collectors;

/// Values as TOML 1.0 has them.
public final class Toml {
    private Toml() {}

    /// A basic string; a bare key may be written so too.
    public static String text(String value) {
        String escaped =
                value.codePoints()
                        .mapToObj(c ->
                                c == '"' || c == '\\'
                                        ? "\\" + Character.toString(c)
                                        : c < ' ' || c == 0x7f
                                                ? "\\u%04x".formatted(c)
                                                : Character.toString(c))
                        .collect(Collectors.joining());
        return '"' + escaped + '"';
    }

    public static String texts(Collection<String> values) {
        return values.stream().map(Toml::text).collect(Collectors.joining(", ", "[", "]"));
    }
}
