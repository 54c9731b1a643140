package dev.slipway.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/// Secret (or merely private) bytes a task needs on a host, by name; the order says whose they are.
///
/// @param value 1 to 200 lower-case letters, digits, dots, hyphens and slashes
public record MaterialName(@JsonValue String value) {
    private static final Pattern FORM = Pattern.compile("[a-z0-9]([a-z0-9._/-]*[a-z0-9])?");

    public MaterialName {
        if (value.length() > 200 || !FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "%s is no MaterialName: expected 1 to 200 lower-case letters, digits, dots, hyphens and slashes"
                            .formatted(Quoted.of(value)));
        }
    }

    @JsonCreator
    public static MaterialName of(String value) {
        return new MaterialName(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
