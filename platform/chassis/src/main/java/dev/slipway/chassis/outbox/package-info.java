/// The outbox: records are written in the transaction that makes them true and published
/// afterwards, at least once, in order. No knowledge of what they say.
@NullMarked
package dev.slipway.chassis.outbox;

import org.jspecify.annotations.NullMarked;
