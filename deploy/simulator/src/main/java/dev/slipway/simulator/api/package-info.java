/// The API servers and registries of images of simulated clusters as seen from the network: HTTPS
/// with the serving certificate that is on the host, clients known by their certificates or logins.
/// What they answer is the stand-ins' business.
@NullMarked
package dev.slipway.simulator.api;

import org.jspecify.annotations.NullMarked;
