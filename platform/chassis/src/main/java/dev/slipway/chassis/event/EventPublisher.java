package dev.slipway.chassis.event;

import dev.slipway.chassis.telemetry.Traceparent;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// The process's one producer: idempotent, every replica acknowledges, patient without limit while
/// the broker is away. A record that was sent is either acknowledged or failed for good (too large,
/// not allowed).
@ApplicationScoped
public class EventPublisher {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Map<String, Object> broker;
    // One thread, so that records leave in the order of the calls although a call may block.
    private final ExecutorService sender =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("event-sender").factory());
    private volatile @Nullable KafkaProducer<String, byte[]> producer;

    @Inject
    public EventPublisher(@Identifier("default-kafka-broker") Map<String, Object> broker) {
        this.broker = broker;
    }

    /// Sends the event; done when the broker has acknowledged it. Calls made one after the other
    /// keep their order per key. Adds the current trace where the event has none.
    public Uni<Void> publish(String topic, String key, CloudEvent<?> event) {
        CloudEvent<?> traced =
                event.traceparent().isPresent()
                        ? event
                        : event.withTraceparent(Traceparent.current());
        return publish(CloudEventCodec.record(topic, key, traced));
    }

    /// Sends the record; done when the broker has acknowledged it, on the Vert.x context of the
    /// subscriber where there is one.
    public Uni<Void> publish(ProducerRecord<String, byte[]> record) {
        return Uni.createFrom()
                .deferred(() -> {
                    Context context = Vertx.currentContext();
                    Uni<Void> sent =
                            Uni.createFrom()
                                    .emitter(
                                            emitter -> sender.execute(() -> send(record, emitter)));
                    return context == null
                            ? sent
                            : sent.emitOn(task -> context.runOnContext(_ -> task.run()));
                });
    }

    /// Hands the record to the producer and returns; may block while the broker is away, so never
    /// call it on an event loop. For callers that send many and wait for all.
    public Future<RecordMetadata> send(ProducerRecord<String, byte[]> record) {
        return producer().send(record);
    }

    private void send(ProducerRecord<String, byte[]> record, UniEmitter<? super Void> emitter) {
        try {
            producer()
                    .send(
                            record,
                            (_, failure) -> {
                                if (failure == null) {
                                    emitter.complete(null);
                                } else {
                                    emitter.fail(failure);
                                }
                            });
        } catch (RuntimeException e) {
            emitter.fail(e);
        }
    }

    private KafkaProducer<String, byte[]> producer() {
        KafkaProducer<String, byte[]> ready = producer;
        if (ready == null) {
            synchronized (this) {
                ready = producer;
                if (ready == null) {
                    ready = open();
                    producer = ready;
                }
            }
        }
        return ready;
    }

    private KafkaProducer<String, byte[]> open() {
        Map<String, Object> config = new HashMap<>(broker);
        config.keySet().retainAll(ProducerConfig.configNames());
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.MAX_VALUE);
        config.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 2_000L);
        return new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }

    @PreDestroy
    public void close() {
        sender.shutdown();
        Optional.ofNullable(producer).ifPresent(open -> open.close(CLOSE_TIMEOUT));
    }
}
