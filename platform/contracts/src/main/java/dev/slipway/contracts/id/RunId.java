package dev.slipway.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.util.UUID;

/// One execution of a plan: a UUIDv7 (RFC 9562), so ids sort by the time they were made.
public record RunId(@JsonValue UUID value) {
    private static final TimeBasedEpochGenerator GENERATOR = Generators.timeBasedEpochGenerator();

    public static RunId next() {
        return new RunId(GENERATOR.generate());
    }

    /// @throws IllegalArgumentException if `text` is no UUID
    @JsonCreator
    public static RunId of(String text) {
        return new RunId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
