/// Benchmarks that anyone can repeat: each measures, prints a table and draws it, and says on which
/// machine. What is measured is the production code; nothing here is used by it.
@NullMarked
package dev.slipway.benchmarks;

import org.jspecify.annotations.NullMarked;
