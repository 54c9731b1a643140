package dev.slipway.status.stream;

import java.time.Duration;
import java.util.List;

/// A piece of a stream.
///
/// @param events in order
/// @param settled whether the run has settled
/// @param quiet since the last event of the run was stored
/// @param missing what is to follow; asked for only where the run has settled and there are no
///   events
record StreamPage(List<StreamEvent> events, boolean settled, Duration quiet, Missing missing) {
    StreamPage {
        events = List.copyOf(events);
    }

    boolean isEmpty() {
        return events.isEmpty();
    }
}
