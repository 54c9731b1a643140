/// A real Kafka broker in KRaft mode, one node: its settings, its topics, who may write and read
/// them. Knows the services by name only.
@NullMarked
package dev.slipway.local.broker;

import org.jspecify.annotations.NullMarked;
