/// Tests of the package of the same name.
@NullMarked
package dev.slipway.status.output;

import org.jspecify.annotations.NullMarked;
