package dev.slipway.status.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.chassis.event.EventPublisher;
import dev.slipway.chassis.telemetry.MetricNames;
import dev.slipway.contracts.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/// Parks records that decode well and still can't be stored, on `TOPIC.dead` like the undecodable.
@ApplicationScoped
class DeadLetters {
    private static final Logger LOG = Logger.getLogger(DeadLetters.class);

    private final EventPublisher publisher;
    private final MeterRegistry meters;

    @Inject
    DeadLetters(EventPublisher publisher, MeterRegistry meters) {
        this.publisher = publisher;
        this.meters = meters;
    }

    /// Never fails: a record that can't be parked either is named in the log and passed over.
    Uni<Void> bury(ConsumerRecord<String, byte[]> record, Throwable failure) {
        meters.counter(MetricNames.EVENTS_DEAD, "topic", record.topic()).increment();
        String dead = Topics.dead(record.topic());
        LOG.errorf(
                failure,
                "cannot store the record %s-%d@%d: copied to \"%s\", look there",
                record.topic(),
                record.partition(),
                record.offset(),
                dead);
        var copy = new ProducerRecord<>(dead, null, record.key(), record.value(), record.headers());
        copy.headers()
                .add("slipway_why", failure.getClass().getSimpleName().getBytes(UTF_8))
                .add("slipway_partition", Integer.toString(record.partition()).getBytes(UTF_8))
                .add("slipway_offset", Long.toString(record.offset()).getBytes(UTF_8));
        return publisher
                .publish(copy)
                .onFailure()
                .invoke(e ->
                        LOG.errorf(
                                e,
                                "cannot copy it to \"%s\" either: it stays where it is; check the broker's ACLs",
                                dead))
                .onFailure()
                .recoverWithNull();
    }
}
