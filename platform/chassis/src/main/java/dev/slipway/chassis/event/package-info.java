/// CloudEvents 1.0 over Kafka in binary mode: the envelope, its codec, sending and receiving.
/// Events themselves live in the contracts; topics are theirs too.
@NullMarked
package dev.slipway.chassis.event;

import org.jspecify.annotations.NullMarked;
