/// Tests of the package of the same name.
@NullMarked
package dev.slipway.status.progress;

import org.jspecify.annotations.NullMarked;
