package dev.slipway.executor.task;

import dev.slipway.chassis.event.EventReader;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.order.Order;
import dev.slipway.executor.ExecutorConfig;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/// Which orders are cancelled. Every executor reads all of `slipway.runs` by itself, since the
/// tasks of a run may be anywhere, and starts far enough back to know of every order that may still
/// come.
@ApplicationScoped
class Cancellations {
    private static final Logger LOG = Logger.getLogger(Cancellations.class);
    private static final Duration POLL = Duration.ofMillis(500);

    private final Map<String, Object> broker;
    private final EventReader events;
    private final Duration within;
    private final CancelledOrders cancelled = new CancelledOrders();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final CountDownLatch caughtUp = new CountDownLatch(1);
    private volatile boolean stopped;

    @Inject
    Cancellations(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            EventReader events,
            ExecutorConfig config) {
        this.broker = broker;
        this.events = events;
        this.within = config.cancellationsWithin();
    }

    void start() {
        Thread.ofPlatform().daemon().name("cancellations").start(this::readForever);
    }

    void stop() {
        stopped = true;
    }

    boolean contains(Order order) {
        return cancelled.contains(order);
    }

    /// Called whenever there are more of them.
    void listen(Runnable listener) {
        listeners.add(listener);
    }

    /// Whether all there was at the start has been read.
    boolean awaitCaughtUp(Duration patience) throws InterruptedException {
        return caughtUp.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void readForever() {
        while (!stopped) {
            try (KafkaConsumer<String, byte[]> consumer = consumer()) {
                read(consumer);
            } catch (WakeupException e) {
                return;
            } catch (KafkaException e) {
                LOG.warnf(
                        "cannot read \"%s\" (%s): cancellations wait; tried again in 2 s",
                        Topics.RUNS, e.getMessage());
                pause();
            } catch (RuntimeException e) {
                LOG.errorf(
                        e,
                        "reading \"%s\" broke off: cancellations wait; tried again in 2 s; please report this",
                        Topics.RUNS);
                pause();
            }
        }
    }

    private void read(KafkaConsumer<String, byte[]> consumer) {
        List<TopicPartition> partitions =
                consumer.partitionsFor(Topics.RUNS).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        consumer.assign(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        seekBack(consumer, partitions, ends);
        while (!stopped) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                events.read(record, RunEvent.class)
                        .await()
                        .atMost(Duration.ofSeconds(30))
                        .ifPresent(event -> take(event.data()));
            }
            if (caughtUp.getCount() > 0
                    && partitions.stream()
                            .allMatch(p -> consumer.position(p) >= ends.getOrDefault(p, 0L))) {
                caughtUp.countDown();
            }
        }
    }

    private void seekBack(
            KafkaConsumer<String, byte[]> consumer,
            List<TopicPartition> partitions,
            Map<TopicPartition, Long> ends) {
        long from = Instant.now(Clock.systemUTC()).minus(within).toEpochMilli();
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, from));
        Map<TopicPartition, OffsetAndTimestamp> starts = consumer.offsetsForTimes(times);
        for (TopicPartition partition : partitions) {
            OffsetAndTimestamp start = starts.get(partition);
            consumer.seek(
                    partition, start == null ? ends.getOrDefault(partition, 0L) : start.offset());
        }
    }

    private void take(RunEvent event) {
        if (cancelled.note(event)) {
            listeners.forEach(Runnable::run);
        }
    }

    private KafkaConsumer<String, byte[]> consumer() {
        Map<String, Object> config = new HashMap<>(broker);
        config.keySet().retainAll(ConsumerConfig.configNames());
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }

    private void pause() {
        try {
            Thread.sleep(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped = true;
        }
    }
}
