/// The node journal: compiles an order to the program's input, sends both, and reads what comes
/// back. Knows nothing of SSH, the broker or what the steps are for.
@NullMarked
package dev.slipway.executor.journal;

import org.jspecify.annotations.NullMarked;
