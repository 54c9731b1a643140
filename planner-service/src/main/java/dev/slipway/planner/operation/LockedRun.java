package dev.slipway.planner.operation;

import dev.slipway.planner.run.RunState;
import java.time.Instant;

/// A run whose row this transaction holds.
///
/// @param now the database's time, after the lock was had
record LockedRun(RunRecord record, RunState state, Instant now) {}
