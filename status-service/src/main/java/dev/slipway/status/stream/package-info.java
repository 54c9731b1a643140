/// The story of a run as one numbered stream: every event once, with a cursor that only grows, and
/// its readers, live or later. Progress and output append to it; it knows neither.
@NullMarked
package dev.slipway.status.stream;

import org.jspecify.annotations.NullMarked;
