package dev.slipway.status.progress;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A line of a run's time line.
///
/// @param at when it happened
/// @param since the run was opened
/// @param event its kind, such as `PhaseStarted`
/// @param text one line
record TimelineEntry(
        Instant at,
        Duration since,
        String event,
        Optional<String> phase,
        Optional<String> host,
        String text) {}
