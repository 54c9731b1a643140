package dev.slipway.planner.plan.node;

import java.util.HashMap;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Shell text with gaps.
public final class Script {
    private static final Pattern GAP = Pattern.compile("@([A-Z0-9_]+)@");

    private Script() {}

    /// Fills the gaps `@KEY@` in one pass, so a value that looks like a gap stays as it is. Values
    /// of users and hosts must come quoted.
    ///
    /// @param keysAndValues key, value, key, value, …
    /// @throws IllegalArgumentException if a gap has no value
    public static String fill(String template, String... keysAndValues) {
        var values = new HashMap<String, String>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return GAP.matcher(template)
                .replaceAll(gap ->
                        Matcher.quoteReplacement(
                                Optional.ofNullable(values.get(gap.group(1)))
                                        .orElseThrow(() ->
                                                new IllegalArgumentException(
                                                        "no value for the gap " + gap.group()))));
    }
}
