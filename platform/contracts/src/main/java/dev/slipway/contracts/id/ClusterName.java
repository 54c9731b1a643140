package dev.slipway.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/// A cluster within its tenant.
///
/// @param value 1 to 63 lower-case letters, digits and inner hyphens (RFC 1123 label)
public record ClusterName(@JsonValue String value) {
    private static final Pattern FORM = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");

    public ClusterName {
        if (value.length() > 63 || !FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "%s is no ClusterName: expected 1 to 63 lower-case letters, digits and inner hyphens (RFC 1123 label)"
                            .formatted(Quoted.of(value)));
        }
    }

    @JsonCreator
    public static ClusterName of(String value) {
        return new ClusterName(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
