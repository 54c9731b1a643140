package dev.slipway.executor.task;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/// Whether the broker answers a consumer of a group. Polling tells nothing of it: a consumer
/// without a broker polls on and finds nothing.
final class GroupPulse {
    private static final Set<String> ANSWERS = Set.of("heartbeat-total", "sync-total");

    private final List<Metric> answers;
    private double seen;

    /// @param metrics of the consumer
    GroupPulse(Map<MetricName, ? extends Metric> metrics) {
        answers =
                metrics.values().stream()
                        .filter(metric ->
                                metric.metricName().group().equals("consumer-coordinator-metrics")
                                        && ANSWERS.contains(metric.metricName().name()))
                        .<Metric>map(metric -> metric)
                        .toList();
        if (answers.size() != ANSWERS.size()) {
            throw new IllegalStateException(
                    "the Kafka client counts %s of its group's answers, expected %s: is it another version?"
                            .formatted(answers.stream().map(Metric::metricName).toList(), ANSWERS));
        }
    }

    /// Whether it has answered since this was last asked.
    boolean beats() {
        double now = answers.stream().mapToDouble(metric -> (Double) metric.metricValue()).sum();
        boolean more = now > seen;
        seen = now;
        return more;
    }
}
