/// How things ended: outcomes and the stable, documented reason codes.
@NullMarked
package dev.slipway.contracts.outcome;

import org.jspecify.annotations.NullMarked;
