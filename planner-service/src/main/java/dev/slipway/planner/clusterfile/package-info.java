/// The Clusterfile: what is written in it, read strictly and without executing anything, every
/// problem at once with its place. The command line uses this package offline, so it depends on the
/// contracts, the YAML engine and Jackson only, and does no input or output.
@NullMarked
package dev.slipway.planner.clusterfile;

import org.jspecify.annotations.NullMarked;
