package dev.slipway.executor.broker;

import java.util.Map;
import java.util.Optional;

/// What the broker answered.
///
/// @param topics settings by name, of each topic that is there; none if they are hidden
/// @param broker settings by name; empty if this executor may not see them
record BrokerSettings(
        Map<String, Map<String, String>> topics, Optional<Map<String, String>> broker) {
    BrokerSettings {
        topics = Map.copyOf(topics);
        broker = broker.map(Map::copyOf);
    }
}
