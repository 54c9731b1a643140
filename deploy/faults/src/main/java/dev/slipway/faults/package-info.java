/// The whole suite in one thread of virtual time: production classes of planner, executor and
/// certificate service, with models of what they stand on (database, broker, network, hosts), under
/// a scheduler that a seed decides and under faults. Nothing here opens a port, starts a process or
/// looks at the machine's clock.
@NullMarked
package dev.slipway.faults;

import org.jspecify.annotations.NullMarked;
