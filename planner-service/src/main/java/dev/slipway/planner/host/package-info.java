/// Hosts as the planner knows them: which addresses may be used, known and presented SSH host keys,
/// the facts that `inspect` found. Opens no connection to a host.
@NullMarked
package dev.slipway.planner.host;

import org.jspecify.annotations.NullMarked;
