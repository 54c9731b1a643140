/// Bundles: all that hosts would fetch for a Clusterfile in one file, to be carried to where there
/// is no internet.
@NullMarked
package dev.slipway.cli.bundle;

import org.jspecify.annotations.NullMarked;
