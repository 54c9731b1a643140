/// Proves the simulator: every trap through a real SSH client, the machine untouched.
@NullMarked
package dev.slipway.simulator;

import org.jspecify.annotations.NullMarked;
