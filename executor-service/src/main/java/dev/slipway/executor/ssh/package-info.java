/// The way into a host: sessions, host keys, signing in, becoming root. Knows nothing of tasks,
/// orders' steps or the broker.
@NullMarked
package dev.slipway.executor.ssh;

import org.jspecify.annotations.NullMarked;
