/// The API servers of simulated clusters as seen from the network: HTTPS with the serving
/// certificate that is on the host, clients known by their certificates. What they answer is the
/// stand-ins' business.
@NullMarked
package dev.slipway.simulator.api;

import org.jspecify.annotations.NullMarked;
