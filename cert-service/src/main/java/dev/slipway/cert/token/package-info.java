/// Bootstrap tokens: one per run and role, chosen before the cluster exists, so that every join
/// command is known before `init` has run.
@NullMarked
package dev.slipway.cert.token;

import org.jspecify.annotations.NullMarked;
