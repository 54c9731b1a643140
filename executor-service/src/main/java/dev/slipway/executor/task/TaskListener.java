package dev.slipway.executor.task;

import dev.slipway.chassis.telemetry.MetricNames;
import dev.slipway.contracts.Topics;
import dev.slipway.executor.ExecutorConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/// Takes the pool's orders from the topic as one of a consumer group, and commits what is settled,
/// out of order. All calls of the consumer are on one thread.
@ApplicationScoped
class TaskListener {
    private static final Logger LOG = Logger.getLogger(TaskListener.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration COMMIT_EVERY = Duration.ofMillis(500);

    /// Shorter than for other consumers: before it has an answer, partitions that it took over from
    /// an executor that was killed are not asked for.
    private static final int FETCH_WAIT_MILLIS = 500;

    /// Some thousand orders; beyond that a partition's fresh ones wait behind its old ones.
    private static final long BACKLOG_BYTES = 32L << 20;

    /// A partition that is this executor's.
    ///
    /// @param end where the partition ended when it was assigned: what lies before is backlog
    private record Share(OffsetLedger ledger, long end) {}

    private final Map<String, Object> broker;
    private final Cancellations cancellations;
    private final TaskDesk desk;
    private final Backlog<ConsumerRecord<String, byte[]>> backlog;
    private final Map<TopicPartition, Share> shares = new HashMap<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("tasks").unstarted(this::listen);
    private volatile boolean stopping;
    private volatile Instant lastHeard = Instant.EPOCH;
    private Instant lastCommit = Instant.EPOCH;

    @Inject
    TaskListener(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            Cancellations cancellations,
            TaskDesk desk,
            ExecutorConfig config,
            MeterRegistry meters) {
        this.broker = broker;
        this.cancellations = cancellations;
        this.desk = desk;
        meters.gauge(MetricNames.TASKS_IN_FLIGHT, desk, TaskDesk::inFlight);
        this.backlog = new Backlog<>(config.attachPerSecond(), BACKLOG_BYTES);
    }

    void start(@Observes StartupEvent event) {
        cancellations.listen(desk::cancel);
        cancellations.start();
        thread.start();
    }

    /// Takes nothing more, lets go of the hosts, sees every result that is on its way to the broker
    /// through, and leaves the group.
    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        desk.stop();
        thread.join(desk.patience().plusSeconds(4));
        cancellations.stop();
    }

    /// When the broker last answered as to this executor's place in the pool.
    Instant lastHeard() {
        return lastHeard;
    }

    private void listen() {
        while (!stopping) {
            try {
                if (cancellations.awaitCaughtUp(Duration.ofMillis(200))) {
                    consume();
                }
            } catch (WakeupException | InterruptedException e) {
                return;
            } catch (KafkaException e) {
                LOG.errorf(
                        e,
                        "cannot take tasks from \"%s\": check the broker; tried again in 2 s",
                        desk.topic());
                desk.detachAll();
                pause();
            } catch (RuntimeException e) {
                LOG.errorf(
                        e,
                        "taking tasks from \"%s\" broke off: tried again in 2 s; please report this",
                        desk.topic());
                desk.detachAll();
                pause();
            }
        }
    }

    private void consume() {
        try (KafkaConsumer<String, byte[]> consumer = consumer()) {
            consumer.subscribe(List.of(desk.topic()), new Rebalance(consumer));
            LOG.infof("taking tasks from \"%s\"", desk.topic());
            var pulse = new GroupPulse(consumer.metrics());
            while (!stopping) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    take(record);
                }
                Instant now = Instant.now();
                if (pulse.beats()) {
                    lastHeard = now;
                }
                letOut();
                throttle(consumer);
                if (Duration.between(lastCommit, now).compareTo(COMMIT_EVERY) >= 0) {
                    commit(consumer, shares.keySet(), false);
                    lastCommit = now;
                }
            }
            desk.awaitQuiet();
            commit(consumer, shares.keySet(), true);
        } finally {
            shares.clear();
            backlog.forget(_ -> true);
        }
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        Share share = shares.get(partition(record));
        if (share == null || !share.ledger().begin(record.offset())) {
            return;
        }
        if (record.offset() < share.end()) {
            backlog.hold(record, record.serializedValueSize());
        } else {
            begin(record);
        }
    }

    private void letOut() {
        while (!desk.full()) {
            Optional<ConsumerRecord<String, byte[]>> next = backlog.next(System.nanoTime());
            if (next.isEmpty()) {
                return;
            }
            begin(next.get());
        }
    }

    private void begin(ConsumerRecord<String, byte[]> record) {
        Share share = shares.get(partition(record));
        if (share != null) {
            boolean redelivered = record.offset() < share.end();
            desk.take(record, redelivered, () -> share.ledger().settle(record.offset()));
        }
    }

    private static TopicPartition partition(ConsumerRecord<String, byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    private void throttle(KafkaConsumer<String, byte[]> consumer) {
        Set<TopicPartition> resumed = new HashSet<>(consumer.paused());
        Set<TopicPartition> paused = paused(consumer.assignment());
        resumed.removeAll(paused);
        consumer.pause(paused);
        consumer.resume(resumed);
    }

    private Set<TopicPartition> paused(Set<TopicPartition> assigned) {
        if (desk.full()) {
            return assigned;
        }
        if (!backlog.full()) {
            return Set.of();
        }
        return assigned.stream()
                .filter(partition -> {
                    Share share = shares.get(partition);
                    return share != null && share.ledger().next() < share.end();
                })
                .collect(Collectors.toSet());
    }

    private void commit(
            KafkaConsumer<String, byte[]> consumer,
            Collection<TopicPartition> partitions,
            boolean last) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        List<OffsetLedger> told = new ArrayList<>();
        for (TopicPartition partition : List.copyOf(partitions)) {
            Share share = shares.get(partition);
            if (share != null && share.ledger().changed()) {
                offsets.put(partition, share.ledger().commit());
                told.add(share.ledger());
            }
        }
        if (offsets.isEmpty()) {
            return;
        }
        if (last) {
            try {
                consumer.commitSync(offsets, Duration.ofSeconds(3));
            } catch (KafkaException e) {
                LOG.warnf(
                        "cannot commit (%s): these tasks come again and find their results on the hosts",
                        e.getMessage());
            }
        } else {
            consumer.commitAsync(
                    offsets,
                    (_, failure) -> {
                        if (failure != null) {
                            LOG.debugf("commit failed (%s); the next one says the same", failure);
                            told.forEach(OffsetLedger::commitAgain);
                        }
                    });
        }
    }

    private KafkaConsumer<String, byte[]> consumer() {
        Map<String, Object> config = new HashMap<>(broker);
        config.keySet().retainAll(ConsumerConfig.configNames());
        config.put(ConsumerConfig.GROUP_ID_CONFIG, Topics.executorGroup(desk.pool()));
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 8);
        config.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
        return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Rebalance implements ConsumerRebalanceListener {
        private final KafkaConsumer<String, byte[]> consumer;

        Rebalance(KafkaConsumer<String, byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (partitions.isEmpty()) {
                return;
            }
            Map<TopicPartition, OffsetAndMetadata> committed =
                    consumer.committed(new HashSet<>(partitions));
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            for (TopicPartition partition : partitions) {
                OffsetAndMetadata at = committed.get(partition);
                OffsetLedger ledger =
                        at == null
                                ? new OffsetLedger(consumer.position(partition), "")
                                : new OffsetLedger(at.offset(), at.metadata());
                shares.put(partition, new Share(ledger, ends.getOrDefault(partition, 0L)));
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            desk.detach(partitions);
            commit(consumer, partitions, true);
            forget(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            desk.detach(partitions);
            forget(partitions);
        }

        private void forget(Collection<TopicPartition> partitions) {
            partitions.forEach(shares::remove);
            backlog.forget(record -> partitions.contains(partition(record)));
        }
    }
}
