package dev.slipway.status.stream;

import java.util.List;

/// A piece of a stream.
///
/// @param events in order
/// @param settled whether the run has settled, so that little is to follow
record StreamPage(List<StreamEvent> events, boolean settled) {
    StreamPage {
        events = List.copyOf(events);
    }

    boolean isEmpty() {
        return events.isEmpty();
    }
}
