package dev.slipway.contracts.event;

import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;

/// An order on its way, on `slipway.tasks.POOL`.
///
/// @param run for routing only; the order is what counts
/// @param task likewise
/// @param attempt likewise
/// @param order a compact JWS, see [dev.slipway.contracts.order.OrderVerifier]
public record TaskRequested(RunId run, TaskId task, int attempt, String order) {}
