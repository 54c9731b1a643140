/// The one shape of every error answer: problem details (RFC 9457) with a reason code, and what
/// turns exceptions into them.
@NullMarked
package dev.slipway.chassis.problem;

import org.jspecify.annotations.NullMarked;
