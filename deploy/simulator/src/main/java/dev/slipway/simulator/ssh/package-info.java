/// The SSH server of a host and the keys around it. Commands run in the host's sandbox, never on
/// the machine.
@NullMarked
package dev.slipway.simulator.ssh;

import org.jspecify.annotations.NullMarked;
