package dev.slipway.local.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/// One topic as it should be.
///
/// @param name full name, such as `slipway.runs`
/// @param partitions at least 1; may grow later, never shrink
/// @param kept how long records stay; empty is for ever
/// @param synced whether each append is on disk before it is acknowledged; one node has no replica
///   to fall back on
record TopicSpec(String name, int partitions, Optional<Duration> kept, boolean synced) {

    private static final int SEGMENTS_PER_RETENTION = 8;
    private static final Duration LONGEST_SEGMENT = Duration.ofDays(7);

    Map<String, String> configuration() {
        Map<String, String> configuration = new HashMap<>();
        configuration.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        configuration.put(TopicConfig.RETENTION_BYTES_CONFIG, "-1");
        configuration.put(
                TopicConfig.RETENTION_MS_CONFIG,
                kept.map(Duration::toMillis).orElse(-1L).toString());
        // Kafka forgets whole segments only, so a segment must be shorter than the retention.
        configuration.put(TopicConfig.SEGMENT_MS_CONFIG, Long.toString(segment().toMillis()));
        if (synced) {
            configuration.put(TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, "1");
        }
        return configuration;
    }

    NewTopic asNewTopic() {
        return new NewTopic(name, partitions, (short) 1).configs(configuration());
    }

    private Duration segment() {
        return kept.map(time -> time.dividedBy(SEGMENTS_PER_RETENTION))
                .filter(time -> time.compareTo(LONGEST_SEGMENT) < 0)
                .orElse(LONGEST_SEGMENT);
    }
}
