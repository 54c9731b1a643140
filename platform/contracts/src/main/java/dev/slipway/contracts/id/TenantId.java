package dev.slipway.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/// An isolated customer of the platform; it owns everything else.
///
/// @param value 1 to 63 lower-case letters, digits and inner hyphens (RFC 1123 label)
public record TenantId(@JsonValue String value) {
    private static final Pattern FORM = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");

    public TenantId {
        if (value.length() > 63 || !FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "%s is no TenantId: expected 1 to 63 lower-case letters, digits and inner hyphens (RFC 1123 label)"
                            .formatted(Quoted.of(value)));
        }
    }

    @JsonCreator
    public static TenantId of(String value) {
        return new TenantId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
