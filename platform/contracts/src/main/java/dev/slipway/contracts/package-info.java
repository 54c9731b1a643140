/// The language the four services speak.
@NullMarked
package dev.slipway.contracts;

import org.jspecify.annotations.NullMarked;
