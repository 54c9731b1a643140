/// Tests of the package of the same name.
@NullMarked
package dev.slipway.status.certificate;

import org.jspecify.annotations.NullMarked;
