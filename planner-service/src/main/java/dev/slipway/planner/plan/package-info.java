/// Plans: the frozen, ordered phases that an operation compiles to, and the compiler, a pure
/// function of Clusterfile, facts, operation and recorded state. No input or output, no clock, no
/// secrets: materials are named only.
@NullMarked
package dev.slipway.planner.plan;

import org.jspecify.annotations.NullMarked;
