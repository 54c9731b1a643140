/// Turns other tools' files into Clusterfiles. Every field of theirs is accounted for: where it
/// went, that nothing is needed for it, or that it is lost and what to do. Pure, like the reader of
/// Clusterfiles, which the command line has from here too; nothing here may touch files or
/// networks.
@NullMarked
package dev.slipway.planner.importer;

import org.jspecify.annotations.NullMarked;
