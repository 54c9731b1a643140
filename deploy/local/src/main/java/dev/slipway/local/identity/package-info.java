/// Who is who in the local stack: a certificate authority of its own, one certificate per service,
/// the planner's order-signing key, and the issuer of users' tokens. Everything is PEM (RFC 7468)
/// in files of mode 0600.
@NullMarked
package dev.slipway.local.identity;

import org.jspecify.annotations.NullMarked;
