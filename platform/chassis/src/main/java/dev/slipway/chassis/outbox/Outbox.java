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
import java.util.List;
import java.util.Map;
import java.util.function.Function;

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

    /// One statement, however many records: each waits for its turn at the database, and the
    /// caller's transaction holds locks meanwhile. Ids are given in the order of the final sort.
    private static final String ADD =
            """
            WITH given AS (
                SELECT *
                FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[])
                    WITH ORDINALITY
                    AS record (tenant, topic, record_key, headers, payload, sequenced, place)
            ), counter AS (
                INSERT INTO outbox_sequence (tenant, topic, last)
                SELECT tenant, topic, count(*) FROM given WHERE sequenced
                GROUP BY tenant, topic ORDER BY tenant, topic
                ON CONFLICT (tenant, topic) DO UPDATE
                SET last = outbox_sequence.last + excluded.last
                RETURNING tenant, topic, last
            ), numbered AS (
                SELECT given.*, last + 1 - row_number() OVER (
                    PARTITION BY tenant, topic ORDER BY place DESC) AS sequence
                FROM given LEFT JOIN counter USING (tenant, topic)
            )
            INSERT INTO outbox (tenant, topic, record_key, headers, payload)
            SELECT tenant, topic, record_key,
                CASE WHEN sequenced
                    THEN headers::jsonb || jsonb_build_object('ce_sequence', sequence::text)
                    ELSE headers::jsonb END,
                payload
            FROM numbered ORDER BY place
            """;

    Outbox() {}

    public Uni<Void> add(SqlConnection connection, OutboxRecord record) {
        return addAll(connection, List.of(record));
    }

    /// In the order of the list.
    public Uni<Void> addAll(SqlConnection connection, List<OutboxRecord> records) {
        if (records.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        List<Row> rows = records.stream().map(Row::of).toList();
        return connection
                .preparedQuery(ADD)
                .execute(
                        Tuple.tuple()
                                .addArrayOfString(column(rows, row -> row.tenant().value()))
                                .addArrayOfString(column(rows, Row::topic))
                                .addArrayOfString(column(rows, Row::key))
                                .addArrayOfString(column(rows, row -> json(row.headers())))
                                .addArrayOfString(column(rows, Row::payload))
                                .addArrayOfBoolean(
                                        records.stream()
                                                .map(OutboxRecord::sequenced)
                                                .toArray(Boolean[]::new)))
                .replaceWithVoid();
    }

    private static String[] column(List<Row> rows, Function<Row, String> value) {
        return rows.stream().map(value).toArray(String[]::new);
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
    }
}
