package dev.slipway.planner.clusterfile;

import java.util.Optional;
import java.util.regex.Pattern;

/// A taint that a node shall have, or shall not have.
///
/// @param key a qualified name (`[prefix/]name`), which may hold hyphens
/// @param value may be empty
/// @param effect `NoSchedule`, `PreferNoSchedule` or `NoExecute`; empty only where `removed`, for
///   all of them
/// @param removed whether the node shall lose it (written with a `-` at the end)
public record Taint(String key, String value, String effect, boolean removed) {
    private static final Pattern FORM =
            Pattern.compile(
                    "(?<key>[A-Za-z0-9][A-Za-z0-9._/-]{0,316}?)(=(?<value>[A-Za-z0-9._-]{0,63}))?(:(?<effect>NoSchedule|PreferNoSchedule|NoExecute))?(?<removed>-)?");

    /// Reads `key=value:Effect`, `key:Effect`, `key:Effect-` or `key-`; only a hyphen at the very
    /// end asks for removal.
    static Optional<Taint> parse(String text) {
        var match = FORM.matcher(text);
        if (!match.matches()) {
            return Optional.empty();
        }
        boolean removed = match.group("removed") != null;
        String value = Optional.ofNullable(match.group("value")).orElse("");
        String effect = Optional.ofNullable(match.group("effect")).orElse("");
        String key = match.group("key");
        boolean complete = removed || !effect.isEmpty();
        return complete && KubernetesNames.isQualifiedName(key)
                ? Optional.of(new Taint(key, value, effect, removed))
                : Optional.empty();
    }

    /// As `kubectl taint` takes it.
    @Override
    public String toString() {
        return key
                + (value.isEmpty() ? "" : "=" + value)
                + (effect.isEmpty() ? "" : ":" + effect)
                + (removed ? "-" : "");
    }
}
