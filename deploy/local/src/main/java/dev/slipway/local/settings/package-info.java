/// What each service is told at start: the one settings file, `slipway.*` keys only. The test
/// fixtures use the same.
@NullMarked
package dev.slipway.local.settings;

import org.jspecify.annotations.NullMarked;
