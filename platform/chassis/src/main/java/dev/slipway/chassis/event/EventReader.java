package dev.slipway.chassis.event;

import dev.slipway.chassis.telemetry.MetricNames;
import dev.slipway.contracts.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/// What consumers read records with. A type they don't know is counted and passed over; a record
/// that cannot be decoded is copied to `TOPIC.dead`, with why and from where in its headers
/// `slipway_why`, `slipway_partition`, `slipway_offset`; neither stops a channel.
@ApplicationScoped
public class EventReader {
    private static final Logger LOG = Logger.getLogger(EventReader.class);

    private final EventPublisher publisher;
    private final MeterRegistry meters;

    @Inject
    public EventReader(EventPublisher publisher, MeterRegistry meters) {
        this.publisher = publisher;
        this.meters = meters;
    }

    /// The event, or nothing where there is none for this consumer. Never fails.
    ///
    /// @param expected the topic's events, such as `RunEvent.class`
    public <T> Uni<Optional<CloudEvent<T>>> read(
            ConsumerRecord<String, byte[]> record, Class<T> expected) {
        return switch (CloudEventCodec.decode(record, expected)) {
            case Decoded.Known<T>(var event) -> Uni.createFrom().item(Optional.of(event));
            case Decoded.Unknown<T>(var type) -> {
                park(record, type);
                yield Uni.createFrom().item(Optional.empty());
            }
            case Decoded.Undecodable<T>(var why) -> bury(record, why).replaceWith(Optional::empty);
        };
    }

    /// The events of a batch, in order.
    public <T> Uni<List<CloudEvent<T>>> readAll(
            Iterable<ConsumerRecord<String, byte[]>> records, Class<T> expected) {
        return Multi.createFrom()
                .iterable(records)
                .onItem()
                .transformToUniAndConcatenate(record -> read(record, expected))
                .collect()
                .asList()
                .map(found -> found.stream().flatMap(Optional::stream).toList());
    }

    private void park(ConsumerRecord<String, byte[]> record, String type) {
        // The type is a stranger's text: as a label it must not be able to flood the registry.
        String label = type.startsWith("dev.slipway.") && type.length() <= 80 ? type : "foreign";
        meters.counter(MetricNames.EVENTS_UNKNOWN, "topic", record.topic(), "type", label)
                .increment();
        LOG.debugf(
                "passed over a record of unknown type \"%s\" (%s-%d@%d)",
                label, record.topic(), record.partition(), record.offset());
    }

    private Uni<Void> bury(ConsumerRecord<String, byte[]> record, String why) {
        meters.counter(MetricNames.EVENTS_DEAD, "topic", record.topic()).increment();
        String dead = Topics.dead(record.topic());
        LOG.warnf(
                "cannot decode a record (%s-%d@%d): %s; copied to \"%s\", look there",
                record.topic(), record.partition(), record.offset(), why, dead);
        ProducerRecord<String, byte[]> copy =
                new ProducerRecord<>(dead, null, record.key(), record.value(), record.headers());
        header(copy, "slipway_why", why);
        header(copy, "slipway_partition", Integer.toString(record.partition()));
        header(copy, "slipway_offset", Long.toString(record.offset()));
        return publisher
                .publish(copy)
                .onFailure()
                .recoverWithUni(failure -> {
                    LOG.errorf(
                            failure,
                            "cannot copy the record %s-%d@%d to \"%s\": it stays where it is; check the broker's ACLs",
                            record.topic(),
                            record.partition(),
                            record.offset(),
                            dead);
                    return Uni.createFrom().voidItem();
                });
    }

    private static void header(ProducerRecord<String, byte[]> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
