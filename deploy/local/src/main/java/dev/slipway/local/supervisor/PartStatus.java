package dev.slipway.local.supervisor;

import dev.slipway.local.process.ProcessStamp;
import java.time.Instant;
import java.util.Optional;

/// What one part is doing.
///
/// @param part its name
/// @param state since `since`
/// @param process its process, while it has one
/// @param port where it serves on 127.0.0.1, if it does
/// @param restarts how often it was started again since the stack was started
/// @param since when it entered the state
/// @param message why it was started again, or why it waits; empty if there is nothing to say
public record PartStatus(
        String part,
        PartState state,
        Optional<ProcessStamp> process,
        Optional<Integer> port,
        int restarts,
        Instant since,
        Optional<String> message) {

    static PartStatus waiting(Part part, Instant now) {
        Optional<Integer> port =
                part.port().isPresent() ? Optional.of(part.port().getAsInt()) : Optional.empty();
        return new PartStatus(
                part.name(), PartState.WAITING, Optional.empty(), port, 0, now, Optional.empty());
    }

    PartStatus starting(ProcessStamp started, Instant now) {
        return new PartStatus(
                part, PartState.STARTING, Optional.of(started), port, restarts, now, message);
    }

    PartStatus saying(String text) {
        return new PartStatus(part, state, process, port, restarts, since, Optional.of(text));
    }

    PartStatus ready(Instant now) {
        return new PartStatus(part, PartState.READY, process, port, restarts, now, message);
    }

    PartStatus backingOff(String reason, Instant now) {
        return new PartStatus(
                part,
                PartState.BACKING_OFF,
                Optional.empty(),
                port,
                restarts + 1,
                now,
                Optional.of(reason));
    }

    PartStatus stopped(Instant now) {
        return new PartStatus(
                part, PartState.STOPPED, Optional.empty(), port, restarts, now, message);
    }
}
