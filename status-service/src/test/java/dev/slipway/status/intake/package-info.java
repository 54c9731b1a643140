/// Tests of the package of the same name.
@NullMarked
package dev.slipway.status.intake;

import org.jspecify.annotations.NullMarked;
