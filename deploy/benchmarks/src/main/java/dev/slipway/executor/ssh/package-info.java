/// A way for the benchmarks into the executor's own classes, which are package-private.
@NullMarked
package dev.slipway.executor.ssh;

import org.jspecify.annotations.NullMarked;
