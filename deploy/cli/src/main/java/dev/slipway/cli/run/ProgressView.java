package dev.slipway.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.api.EventStream;
import java.util.Optional;
import java.util.function.Supplier;

/// How a run's progress is shown while it goes on.
sealed interface ProgressView permits LiveTable, PlainLines, HostOutput {
    /// Something happened.
    void event(EventStream.Event event);

    /// Called several times a second.
    ///
    /// @param progress asks for the run's present state; costs a request
    void frame(Supplier<Optional<JsonNode>> progress);

    /// A remark of the watcher itself.
    void note(String text);

    /// The run is over.
    void finish(JsonNode progress);
}
