package dev.slipway.chassis.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slipway.chassis.event.CloudEvent;
import dev.slipway.chassis.event.CloudEventCodec;
import dev.slipway.chassis.telemetry.Traceparent;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.TenantId;
import io.quarkus.arc.properties.IfBuildProperty;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;

/// Adds records to the outbox, inside the caller's transaction: they are published if and only if
/// it commits.
///
/// Records leave in the order of their ids. So that this is the order of what happened, the caller
/// holds the lock of the row that they tell about (the run, the cluster) *before* it adds. Events
/// on runs and certificates get the next `sequence` of their tenant here, which locks the tenant's
/// counter until the transaction ends: add late, commit soon.
@ApplicationScoped
@IfBuildProperty(name = "slipway.chassis.database", stringValue = "true")
public class Outbox {
    /// Longest value of a record, in bytes of UTF-8: what a broker takes by default, less headers.
    public static final int MAX_BYTES = 1_000_000;

    private static final String NEXT_SEQUENCE =
            """
            INSERT INTO outbox_sequence (tenant, topic, last) VALUES (%s, %s, 1)
            ON CONFLICT (tenant, topic) DO UPDATE SET last = outbox_sequence.last + 1
            RETURNING last
            """;
    private static final String INSERT =
            """
            INSERT INTO outbox (tenant, topic, record_key, headers, payload)
            VALUES (%s, %s, %s, %s, %s)
            """;

    Outbox() {}

    public Uni<Void> add(SqlConnection connection, OutboxRecord record) {
        Row row = Row.of(record);
        return record.sequenced()
                ? nextSequence(connection, record)
                        .chain(sequence -> insert(connection, row.sequenced(sequence)))
                : insert(connection, row);
    }

    /// In the order of the list.
    public Uni<Void> addAll(SqlConnection connection, List<OutboxRecord> records) {
        Uni<Void> all = Uni.createFrom().voidItem();
        for (OutboxRecord record : records) {
            all = all.chain(() -> add(connection, record));
        }
        return all;
    }

    /// @param session a session or stateless session within a transaction
    public Uni<Void> add(Mutiny.QueryProducer session, OutboxRecord record) {
        Row row = Row.of(record);
        return record.sequenced()
                ? nextSequence(session, record)
                        .chain(sequence -> insert(session, row.sequenced(sequence)))
                : insert(session, row);
    }

    /// In the order of the list.
    public Uni<Void> addAll(Mutiny.QueryProducer session, List<OutboxRecord> records) {
        Uni<Void> all = Uni.createFrom().voidItem();
        for (OutboxRecord record : records) {
            all = all.chain(() -> add(session, record));
        }
        return all;
    }

    private static Uni<Long> nextSequence(SqlConnection connection, OutboxRecord record) {
        return connection
                .preparedQuery(NEXT_SEQUENCE.formatted("$1", "$2"))
                .execute(Tuple.of(record.tenant().value(), record.topic()))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    private static Uni<Long> nextSequence(Mutiny.QueryProducer session, OutboxRecord record) {
        return session.createNativeQuery(NEXT_SEQUENCE.formatted(":tenant", ":topic"), Long.class)
                .setParameter("tenant", record.tenant().value())
                .setParameter("topic", record.topic())
                .getSingleResult();
    }

    private static Uni<Void> insert(SqlConnection connection, Row row) {
        return connection
                .preparedQuery(INSERT.formatted("$1", "$2", "$3", "$4", "$5"))
                .execute(
                        Tuple.of(
                                row.tenant().value(),
                                row.topic(),
                                row.key(),
                                json(row.headers()),
                                row.payload()))
                .replaceWithVoid();
    }

    private static Uni<Void> insert(Mutiny.QueryProducer session, Row row) {
        return session.createNativeQuery(
                        INSERT.formatted(":tenant", ":topic", ":key", ":headers", ":payload"))
                .setParameter("tenant", row.tenant().value())
                .setParameter("topic", row.topic())
                .setParameter("key", row.key())
                .setParameter("headers", json(row.headers()))
                .setParameter("payload", row.payload())
                .executeUpdate()
                .replaceWithVoid();
    }

    private static String json(Map<String, String> headers) {
        try {
            return Wire.mapper().writeValueAsString(headers);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of strings is JSON", e);
        }
    }

    /// A row of the table. The payload is the JSON text itself, so that what is published is what
    /// was written, byte for byte.
    private record Row(
            TenantId tenant,
            String topic,
            String key,
            Map<String, String> headers,
            String payload) {

        static Row of(OutboxRecord record) {
            CloudEvent<?> event =
                    record.event().traceparent().isPresent()
                            ? record.event()
                            : record.event().withTraceparent(Traceparent.current());
            byte[] payload = Wire.bytes(event.data());
            if (payload.length > MAX_BYTES) {
                throw new IllegalArgumentException(
                        "event %s for topic \"%s\" has %d bytes: at most %d are allowed"
                                .formatted(
                                        event.type(), record.topic(), payload.length, MAX_BYTES));
            }
            return new Row(
                    record.tenant(),
                    record.topic(),
                    record.key(),
                    CloudEventCodec.headers(event),
                    new String(payload, StandardCharsets.UTF_8));
        }

        Row sequenced(long sequence) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put("ce_sequence", Long.toString(sequence));
            return new Row(tenant, topic, key, more, payload);
        }
    }
}
