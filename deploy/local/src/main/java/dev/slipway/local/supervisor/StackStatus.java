package dev.slipway.local.supervisor;

import dev.slipway.local.process.ProcessStamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What the stack is doing; the content of `state.json`.
///
/// @param supervisor the process that wrote it
/// @param since when that process started
/// @param parts in the order they start
/// @param failure why the supervisor gave up, if it did
public record StackStatus(
        ProcessStamp supervisor, Instant since, List<PartStatus> parts, Optional<String> failure) {

    public StackStatus {
        parts = List.copyOf(parts);
    }

    /// Whether every part serves.
    public boolean ready() {
        return !parts.isEmpty() && parts.stream().allMatch(part -> part.state() == PartState.READY);
    }

    /// Whether its supervisor still lives, so that it is more than a memory.
    public boolean live() {
        return supervisor.alive();
    }
}
