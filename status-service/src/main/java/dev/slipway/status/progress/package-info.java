/// How far a run is: run, phases and hosts with their state, times and last words, folded from the
/// events of `slipway.runs` and `slipway.task-results`. The folding is pure; the store applies it
/// row by row.
@NullMarked
package dev.slipway.status.progress;

import org.jspecify.annotations.NullMarked;
