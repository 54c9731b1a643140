/// The executor's settings. What it does lives in the packages below; it decides nothing.
@NullMarked
package dev.slipway.executor;

import org.jspecify.annotations.NullMarked;
