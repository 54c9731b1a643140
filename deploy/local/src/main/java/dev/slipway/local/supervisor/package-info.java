/// Keeps processes running: starts them in order, waits until they are ready, starts them again
/// when they die, ends them in reverse order, and writes down what it does. It knows parts only by
/// [PartProgram]; what they are is said in `dev.slipway.local.part`.
@NullMarked
package dev.slipway.local.supervisor;

import org.jspecify.annotations.NullMarked;
