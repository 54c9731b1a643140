package dev.slipway.contracts.order;

import java.util.Collection;
import java.util.stream.Collectors;

/// The one function that quotes for the shell on a host.
public final class ShellQuote {
    private ShellQuote() {}

    /// One word of POSIX shell that expands to exactly `value`: in single quotes, each single quote
    /// as `'\''` (POSIX.1-2024 XCU §2.2.2).
    ///
    /// @throws IllegalArgumentException if `value` holds a NUL, which no argument can
    public static String quote(String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a shell word cannot hold a NUL character");
        }
        return "'" + value.replace("'", "'\\''") + "'";
    }

    /// The words, quoted and separated by spaces.
    public static String words(Collection<String> values) {
        return values.stream().map(ShellQuote::quote).collect(Collectors.joining(" "));
    }
}
