/// What this service tells the others, on `slipway.certificates`, through the outbox.
@NullMarked
package dev.slipway.cert.event;

import org.jspecify.annotations.NullMarked;
