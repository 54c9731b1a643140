/// The local stack: broker, database and the four services on one machine, without Docker and
/// without root. It differs from production in size only: TLS, broker ACLs, tokens and durable
/// writes are the same. This package holds the public face, [LocalStack]; the parts live in the
/// packages below it.
@NullMarked
package dev.slipway.local;

import org.jspecify.annotations.NullMarked;
