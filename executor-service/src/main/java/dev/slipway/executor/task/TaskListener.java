package dev.slipway.executor.task;

import dev.slipway.chassis.telemetry.MetricNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    private final Map<String, Object> broker;
    private final Cancellations cancellations;
    private final TaskDesk desk;
    private final Map<TopicPartition, OffsetLedger> ledgers = new HashMap<>();
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
            MeterRegistry meters) {
        this.broker = broker;
        this.cancellations = cancellations;
        this.desk = desk;
        meters.gauge(MetricNames.TASKS_IN_FLIGHT, desk, TaskDesk::inFlight);
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
                throttle(consumer);
                if (Duration.between(lastCommit, now).compareTo(COMMIT_EVERY) >= 0) {
                    commit(consumer, ledgers.keySet(), false);
                    lastCommit = now;
                }
            }
            desk.awaitQuiet();
            commit(consumer, ledgers.keySet(), true);
        } finally {
            ledgers.clear();
        }
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        var partition = new TopicPartition(record.topic(), record.partition());
        OffsetLedger ledger =
                ledgers.computeIfAbsent(partition, _ -> new OffsetLedger(record.offset(), ""));
        if (ledger.begin(record.offset())) {
            desk.take(record, () -> ledger.settle(record.offset()));
        }
    }

    private void throttle(KafkaConsumer<String, byte[]> consumer) {
        if (desk.full()) {
            consumer.pause(consumer.assignment());
        } else if (!consumer.paused().isEmpty()) {
            consumer.resume(consumer.paused());
        }
    }

    private void commit(
            KafkaConsumer<String, byte[]> consumer,
            Collection<TopicPartition> partitions,
            boolean last) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (TopicPartition partition : List.copyOf(partitions)) {
            OffsetLedger ledger = ledgers.get(partition);
            if (ledger != null && ledger.changed()) {
                offsets.put(partition, ledger.commit());
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
                        }
                    });
        }
    }

    private KafkaConsumer<String, byte[]> consumer() {
        Map<String, Object> config = new HashMap<>(broker);
        config.keySet().retainAll(ConsumerConfig.configNames());
        config.put(ConsumerConfig.GROUP_ID_CONFIG, "slipway.executor." + desk.pool());
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
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
            Map<TopicPartition, OffsetAndMetadata> committed =
                    partitions.isEmpty()
                            ? Map.of()
                            : consumer.committed(new java.util.HashSet<>(partitions));
            for (TopicPartition partition : partitions) {
                Optional.ofNullable(committed.get(partition))
                        .ifPresent(at ->
                                ledgers.put(
                                        partition, new OffsetLedger(at.offset(), at.metadata())));
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            desk.detach(partitions);
            commit(consumer, partitions, true);
            partitions.forEach(ledgers::remove);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            desk.detach(partitions);
            partitions.forEach(ledgers::remove);
        }
    }
}
