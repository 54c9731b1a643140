/// The defaults that all services share, derived from the few `slipway.*` keys that an installation
/// sets. No service's own settings.
@NullMarked
package dev.slipway.chassis.settings;

import org.jspecify.annotations.NullMarked;
