/// Simulated hosts: what an installer sees over SSH is real (server, shell, files, processes), what
/// a node-side tool does is played by strict stand-ins. Nothing here changes the machine outside
/// the simulator's home.
@NullMarked
package dev.slipway.simulator;

import org.jspecify.annotations.NullMarked;
