/// Tests of the package of the same name.
@NullMarked
package dev.slipway.status.stream;

import org.jspecify.annotations.NullMarked;
