/// The language the four services speak: topic names and the one JSON form. What is said lives in
/// the packages below; logic beyond validation lives elsewhere.
@NullMarked
package dev.slipway.contracts;

import org.jspecify.annotations.NullMarked;
