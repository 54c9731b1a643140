package dev.slipway.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// SHA-256 of some bytes, as 64 lower-case hexadecimal digits. Names public files in the planner's
/// content store and frozen plans.
public record ContentDigest(@JsonValue String value) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    public ContentDigest {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "%s is no SHA-256 digest: expected 64 lower-case hexadecimal digits"
                            .formatted(Quoted.of(value)));
        }
    }

    @JsonCreator
    public static ContentDigest of(String value) {
        return new ContentDigest(value);
    }

    public static ContentDigest ofBytes(byte[] bytes) {
        try {
            return new ContentDigest(
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
