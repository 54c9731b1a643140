/// A host's sandbox: its files, its namespaces and what can go wrong with them. Knows no SSH.
@NullMarked
package dev.slipway.simulator.host;

import org.jspecify.annotations.NullMarked;
