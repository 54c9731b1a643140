package dev.slipway.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.uuid.Generators;
import java.util.UUID;

/// One phase on one host within a run: a UUIDv5 of the three, so publishing a phase again never
/// makes new work.
public record TaskId(@JsonValue UUID value) {
    /// The namespace is the run, the name is `phase/address:port`.
    public static TaskId of(RunId run, PhaseName phase, HostAddress host) {
        return new TaskId(
                Generators.nameBasedGenerator(run.value()).generate(phase.value() + "/" + host));
    }

    /// @throws IllegalArgumentException if `text` is no UUID
    @JsonCreator
    public static TaskId of(String text) {
        return new TaskId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
