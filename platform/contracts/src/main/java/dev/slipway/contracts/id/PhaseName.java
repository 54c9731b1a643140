package dev.slipway.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/// An ordered part of a plan, unique in it.
///
/// @param value 1 to 63 lower-case letters, digits and inner hyphens (RFC 1123 label)
public record PhaseName(@JsonValue String value) {
    private static final Pattern FORM = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");

    public PhaseName {
        if (value.length() > 63 || !FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "%s is no PhaseName: expected 1 to 63 lower-case letters, digits and inner hyphens (RFC 1123 label)"
                            .formatted(Quoted.of(value)));
        }
    }

    @JsonCreator
    public static PhaseName of(String value) {
        return new PhaseName(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
