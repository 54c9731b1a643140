/// A task from the topic to its result: orders are verified, materials redeemed, hosts worked on,
/// output masked, results published, offsets settled. Decides nothing about what comes next.
@NullMarked
package dev.slipway.executor.task;

import org.jspecify.annotations.NullMarked;
