/// The service as a whole, against a real broker and a real database.
@NullMarked
package dev.slipway.cert;

import org.jspecify.annotations.NullMarked;
