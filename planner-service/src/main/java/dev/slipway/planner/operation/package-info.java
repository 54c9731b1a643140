/// Operations as they are carried out: what is asked becomes a run, the run's decisions become rows
/// and outbox records in one transaction, results and time drive it on. What to decide is not here:
/// see [dev.slipway.planner.run] and [dev.slipway.planner.plan].
@NullMarked
package dev.slipway.planner.operation;

import org.jspecify.annotations.NullMarked;
