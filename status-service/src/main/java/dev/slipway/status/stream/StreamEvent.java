package dev.slipway.status.stream;

/// An event of a run as it is read.
///
/// @param cursor its number in the run's stream, 1 and up
/// @param kind `RunOpened`, …, `OutputChunk`
/// @param json the event as the contracts write it
public record StreamEvent(long cursor, String kind, String json) {}
