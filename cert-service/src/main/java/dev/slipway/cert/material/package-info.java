/// Handing out materials: to an executor, by identity, against an order of its pool that the
/// planner signed, and only what that order names; and taking what such an order deposits. Every
/// time it is an event.
@NullMarked
package dev.slipway.cert.material;

import org.jspecify.annotations.NullMarked;
