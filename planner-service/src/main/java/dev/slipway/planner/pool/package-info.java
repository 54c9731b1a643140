/// Pools of executors: which there are, who may use them, how many executors are at work. A pool is
/// a topic of tasks at the broker, and the consumer group that reads it.
@NullMarked
package dev.slipway.planner.pool;

import org.jspecify.annotations.NullMarked;
