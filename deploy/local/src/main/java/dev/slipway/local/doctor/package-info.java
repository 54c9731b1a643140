/// Looks whether a machine has what the local stack needs, and says how to mend what it lacks. It
/// changes nothing.
@NullMarked
package dev.slipway.local.doctor;

import org.jspecify.annotations.NullMarked;
