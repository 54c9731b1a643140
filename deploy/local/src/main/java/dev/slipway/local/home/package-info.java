/// The stack's folder, `SLIPWAY_HOME`: where each file is, and the ports that are chosen once and
/// kept there.
@NullMarked
package dev.slipway.local.home;

import org.jspecify.annotations.NullMarked;
