package dev.slipway.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/// A set of executors with its own topic and identity; `default` if none is named.
///
/// @param value 1 to 63 lower-case letters, digits and inner hyphens (RFC 1123 label)
public record PoolName(@JsonValue String value) {
    private static final Pattern FORM = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");

    public PoolName {
        if (value.length() > 63 || !FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "%s is no PoolName: expected 1 to 63 lower-case letters, digits and inner hyphens (RFC 1123 label)"
                            .formatted(Quoted.of(value)));
        }
    }

    @JsonCreator
    public static PoolName of(String value) {
        return new PoolName(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
