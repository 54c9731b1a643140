package dev.slipway.chassis.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.slipway.chassis.event.CloudEventCodec;
import dev.slipway.contracts.Wire;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.postgresql.PGConnection;

/// The relay's view of the outbox, on one connection of the worker that it keeps. Blocking.
final class OutboxTable implements AutoCloseable {
    // Any constant: advisory locks are per database, and every service has its own.
    private static final long LOCK = 0x534c_4950_4f55_5442L;
    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

    record Entry(long id, ProducerRecord<String, byte[]> record) {}

    private final Connection connection;

    OutboxTable(Connection connection) {
        this.connection = connection;
    }

    /// Whether this connection is the one relay of the service from now on, until it closes.
    boolean lead() throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT pg_try_advisory_lock(?)")) {
            query.setLong(1, LOCK);
            try (ResultSet rows = query.executeQuery()) {
                rows.next();
                return rows.getBoolean(1);
            }
        }
    }

    void listen() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN slipway_outbox");
        }
    }

    /// Returns when records were added, at the latest after `limit`.
    void awaitMore(Duration limit) throws SQLException {
        connection.unwrap(PGConnection.class).getNotifications((int) limit.toMillis());
    }

    List<Entry> next(int limit) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement(
                        "SELECT id, topic, record_key, headers, payload FROM outbox ORDER BY id LIMIT ?")) {
            query.setInt(1, limit);
            try (ResultSet rows = query.executeQuery()) {
                List<Entry> entries = new ArrayList<>();
                while (rows.next()) {
                    entries.add(entry(rows));
                }
                return entries;
            }
        }
    }

    void delete(List<Long> ids) throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        Array array = connection.createArrayOf("bigint", ids.toArray());
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM outbox WHERE id = ANY (?)")) {
            statement.setArray(1, array);
            statement.executeUpdate();
        } finally {
            array.free();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private static Entry entry(ResultSet row) throws SQLException {
        try {
            return new Entry(
                    row.getLong("id"),
                    CloudEventCodec.record(
                            row.getString("topic"),
                            row.getString("record_key"),
                            Wire.mapper().readValue(row.getString("headers"), HEADERS),
                            row.getString("payload").getBytes(StandardCharsets.UTF_8)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "outbox record %d has headers that are no JSON".formatted(row.getLong("id")),
                    e);
        }
    }
}
