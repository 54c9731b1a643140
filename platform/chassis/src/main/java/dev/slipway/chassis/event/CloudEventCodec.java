package dev.slipway.chassis.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.reactive.messaging.Message;

/// CloudEvents in Kafka's binary mode (CloudEvents Kafka protocol binding 1.0.2 §3.2): attributes
/// in headers `ce_…`, `traceparent` in its own, the data as JSON in the value.
public final class CloudEventCodec {
    private static final String SPEC_VERSION = "1.0";

    private CloudEventCodec() {}

    /// The headers in the order of the specification, as text.
    public static Map<String, String> headers(CloudEvent<?> event) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("ce_specversion", SPEC_VERSION);
        headers.put("ce_id", event.id());
        headers.put("ce_source", event.source());
        headers.put("ce_type", event.type());
        headers.put("ce_datacontenttype", "application/json");
        headers.put("content-type", "application/json");
        event.subject().ifPresent(value -> headers.put("ce_subject", value));
        headers.put("ce_time", event.time().toString());
        event.tenant().ifPresent(value -> headers.put("ce_tenant", value.value()));
        event.actor().ifPresent(value -> headers.put("ce_authid", value));
        event.correlation().ifPresent(value -> headers.put("ce_correlationid", value.toString()));
        event.causation().ifPresent(value -> headers.put("ce_causationid", value));
        event.sequence().ifPresent(value -> headers.put("ce_sequence", Long.toString(value)));
        event.traceparent().ifPresent(value -> headers.put("traceparent", value));
        return headers;
    }

    /// The event as a record of `topic`; see the contracts' `Topics` for the key.
    public static ProducerRecord<String, byte[]> record(
            String topic, String key, CloudEvent<?> event) {
        return record(topic, key, headers(event), Wire.bytes(event.data()));
    }

    public static ProducerRecord<String, byte[]> record(
            String topic, String key, Map<String, String> headers, byte[] value) {
        return new ProducerRecord<>(topic, null, key, value, kafka(headers));
    }

    /// The event as a message for an outgoing channel of SmallRye Reactive Messaging.
    public static Message<byte[]> message(String topic, String key, CloudEvent<?> event) {
        return Message.of(Wire.bytes(event.data()))
                .addMetadata(
                        OutgoingKafkaRecordMetadata.<String>builder()
                                .withTopic(topic)
                                .withKey(key)
                                .withHeaders(kafka(headers(event)))
                                .build());
    }

    /// Reads a record of a topic whose events are `expected`, such as `RunEvent.class`.
    public static <T> Decoded<T> decode(ConsumerRecord<String, byte[]> record, Class<T> expected) {
        String name = text(record.headers(), "ce_type").orElse("");
        if (name.isEmpty()) {
            return new Decoded.Undecodable<>("header ce_type is missing");
        }
        Optional<EventType> type =
                EventTypes.named(name).filter(t -> expected.isAssignableFrom(t.event()));
        if (type.isEmpty()) {
            return new Decoded.Unknown<>(name);
        }
        if (record.value() == null) {
            return new Decoded.Undecodable<>("the value is missing");
        }
        try {
            Object data = Wire.read(record.value(), type.get().read());
            // JSON's null is neither: it is read as no object at all.
            if (!type.get().event().isInstance(data)) {
                return new Decoded.Undecodable<>(
                        "header ce_type says %s, the data are something else".formatted(name));
            }
            return new Decoded.Known<>(event(record.headers(), name, expected.cast(data)));
        } catch (IllegalArgumentException | DateTimeParseException e) {
            return new Decoded.Undecodable<>(String.valueOf(e.getMessage()));
        }
    }

    private static <T> CloudEvent<T> event(Headers headers, String type, T data) {
        return new CloudEvent<>(
                required(headers, "ce_id"),
                required(headers, "ce_source"),
                type,
                text(headers, "ce_subject"),
                Instant.parse(required(headers, "ce_time")),
                text(headers, "ce_tenant").map(TenantId::of),
                text(headers, "ce_authid"),
                text(headers, "ce_correlationid").map(RunId::of),
                text(headers, "ce_causationid"),
                text(headers, "ce_sequence")
                        .map(value -> OptionalLong.of(Long.parseLong(value)))
                        .orElse(OptionalLong.empty()),
                text(headers, "traceparent"),
                data);
    }

    private static String required(Headers headers, String name) {
        return text(headers, name)
                .orElseThrow(() -> new IllegalArgumentException("header " + name + " is missing"));
    }

    private static Optional<String> text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), UTF_8));
    }

    private static Headers kafka(Map<String, String> headers) {
        Headers kafka = new RecordHeaders();
        headers.forEach((name, value) -> kafka.add(name, value.getBytes(UTF_8)));
        return kafka;
    }
}
