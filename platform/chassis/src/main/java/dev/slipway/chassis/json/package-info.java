/// The JSON mapper that HTTP routes use: the suite's wire form, strict towards callers.
@NullMarked
package dev.slipway.chassis.json;

import org.jspecify.annotations.NullMarked;
