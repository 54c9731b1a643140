/// The k0s runtime: one file a phase, one ordered list of phases per operation (`K0sPhases`), and
/// k0s's configuration. Pure like the rest of the plan.
@NullMarked
package dev.slipway.planner.plan.k0s;

import org.jspecify.annotations.NullMarked;
