package dev.slipway.executor.task;

import dev.slipway.chassis.event.EventReader;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.id.RunId;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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

/// Which runs are cancelled. Every executor reads all of `slipway.runs` by itself, since the tasks
/// of a run may be anywhere, and starts far enough back to know of every order that may still come.
@ApplicationScoped
class Cancellations {
    private static final Logger LOG = Logger.getLogger(Cancellations.class);
    private static final Duration POLL = Duration.ofMillis(500);

    private final Map<String, Object> broker;
    private final EventReader events;
    private final Duration within;
    private final Set<RunId> cancelled = ConcurrentHashMap.newKeySet();
    private final List<Consumer<RunId>> listeners = new CopyOnWriteArrayList<>();
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

    boolean contains(RunId run) {
        return cancelled.contains(run);
    }

    /// Called with each run that is cancelled from now on.
    void listen(Consumer<RunId> listener) {
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
        switch (event) {
            case RunEvent.CancelRequested request -> {
                cancelled.add(request.run());
                listeners.forEach(listener -> listener.accept(request.run()));
            }
            case RunEvent.RunResumed resumed -> cancelled.remove(resumed.run());
            case RunEvent.RunOpened _,
                    RunEvent.PlanFrozen _,
                    RunEvent.PhaseStarted _,
                    RunEvent.PhaseSettled _,
                    RunEvent.RunPaused _,
                    RunEvent.RunSettled _ -> {}
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
