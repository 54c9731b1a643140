/// The identifiers of the suite, one type each. A value that was constructed is well formed;
/// nothing else lives here.
@NullMarked
package dev.slipway.contracts.id;

import org.jspecify.annotations.NullMarked;
