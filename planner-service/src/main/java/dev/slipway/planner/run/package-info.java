/// The state machine of a run, pure: what happens to phases and tasks when a result comes, a user
/// commands or time passes. It knows no database, broker or clock; time is an argument. Nothing
/// here reads or writes anything.
@NullMarked
package dev.slipway.planner.run;

import org.jspecify.annotations.NullMarked;
