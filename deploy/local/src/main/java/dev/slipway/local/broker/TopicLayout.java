package dev.slipway.local.broker;

import dev.slipway.contracts.Topics;
import dev.slipway.contracts.id.PoolName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// All topics with their partitions and retention.
///
/// @param pools executor pools, a topic of tasks each
/// @param partitions of the topics that carry load
/// @param synced whether appends are synced to disk (all but output, which is repeated from the
///   host's journal)
public record TopicLayout(List<PoolName> pools, Partitions partitions, boolean synced) {

    private static final Duration HISTORY = Duration.ofDays(90);
    private static final Duration DEAD_KEPT = Duration.ofDays(30);

    /// @param runs of `slipway.runs`, default 4
    /// @param tasks of each `slipway.tasks.POOL`, default 8: the bound on executors of a pool
    /// @param results of `slipway.task-results`, default 4
    /// @param output of `slipway.task-output`, default 4
    /// @param certificates of `slipway.certificates`, default 4
    public record Partitions(int runs, int tasks, int results, int output, int certificates) {
        public static final Partitions DEFAULT = new Partitions(4, 8, 4, 4, 4);
    }

    public TopicLayout {
        pools = List.copyOf(pools);
    }

    List<TopicSpec> topics() {
        List<TopicSpec> topics = new ArrayList<>();
        topics.add(new TopicSpec(Topics.RUNS, partitions.runs(), Optional.of(HISTORY), synced));
        pools.forEach(pool ->
                topics.add(
                        new TopicSpec(
                                Topics.tasks(pool),
                                partitions.tasks(),
                                Optional.of(Duration.ofDays(2)),
                                synced)));
        topics.add(
                new TopicSpec(
                        Topics.TASK_RESULTS, partitions.results(), Optional.of(HISTORY), synced));
        topics.add(
                new TopicSpec(
                        Topics.TASK_OUTPUT,
                        partitions.output(),
                        Optional.of(Duration.ofDays(1)),
                        false));
        topics.add(
                new TopicSpec(
                        Topics.CERTIFICATES,
                        partitions.certificates(),
                        Optional.of(HISTORY),
                        synced));
        // One partition: the hash chain has one order.
        topics.add(new TopicSpec(Topics.AUDIT, 1, Optional.empty(), synced));
        for (TopicSpec topic : List.copyOf(topics)) {
            topics.add(new TopicSpec(Topics.dead(topic.name()), 1, Optional.of(DEAD_KEPT), synced));
        }
        return List.copyOf(topics);
    }
}
