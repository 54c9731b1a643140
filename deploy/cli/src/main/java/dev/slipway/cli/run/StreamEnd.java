package dev.slipway.cli.run;

import dev.slipway.cli.api.EventStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How the status service ends the stream of a settled run.
///
/// @param results of tasks that it waited for in vain
/// @param outputs of tasks whose end it waited for in vain
record StreamEnd(long results, long outputs) {
    /// The end, if the event is one.
    static Optional<StreamEnd> of(EventStream.Event event) {
        return event.name().equals("StreamEnded")
                ? Optional.of(
                        new StreamEnd(
                                event.data().path("results").asLong(),
                                event.data().path("outputs").asLong()))
                : Optional.empty();
    }

    /// What to tell the user; empty if all is there.
    ///
    /// @param end absent if it did not come
    static Optional<String> shortfall(Optional<StreamEnd> end, String run) {
        if (end.isPresent() && end.get().isComplete()) {
            return Optional.empty();
        }
        return Optional.of(
                "%s: what is shown may lack it; later see slipway describe run %s and slipway logs %s"
                        .formatted(
                                end.map(StreamEnd::missing)
                                        .orElse(
                                                "the status service has not told all of the run yet"),
                                run,
                                run));
    }

    private boolean isComplete() {
        return results == 0 && outputs == 0;
    }

    private String missing() {
        List<String> parts = new ArrayList<>();
        if (results > 0) {
            parts.add("the results of %d tasks".formatted(results));
        }
        if (outputs > 0) {
            parts.add("the end of the output of %d tasks".formatted(outputs));
        }
        return "%s did not reach the status service".formatted(String.join(" and ", parts));
    }
}
