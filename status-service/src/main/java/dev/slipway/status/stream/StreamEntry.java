package dev.slipway.status.stream;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.TaskId;
import java.time.Instant;
import java.util.Optional;

/// One event on its way into the stream of a run.
///
/// @param key whose stream
/// @param kind the name of the event, as readers see it: `RunOpened`, …, `OutputChunk`
/// @param naturalKey tells repetitions: an entry whose key the run has already is dropped
/// @param place where it happened, absent for what concerns the run as a whole
/// @param notable whether it belongs on the run's time line
/// @param at when it happened, by whoever reported it
/// @param json the event as the contracts write it
public record StreamEntry(
        RunKey key,
        String kind,
        String naturalKey,
        Optional<Place> place,
        boolean notable,
        Instant at,
        String json) {
    public static final String OUTPUT = "OutputChunk";

    /// @param task absent for a phase as a whole
    /// @param host likewise
    public record Place(PhaseName phase, Optional<HostAddress> host, Optional<TaskId> task) {}
}
