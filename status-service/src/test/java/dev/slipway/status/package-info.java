/// What the tests of the features share: a made-up run to tell.
@NullMarked
package dev.slipway.status;

import org.jspecify.annotations.NullMarked;
