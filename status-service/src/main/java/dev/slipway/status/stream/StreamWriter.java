package dev.slipway.status.stream;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Appends to streams whose rows the transaction has locked.
public final class StreamWriter {
    static final String CHANNEL = "slipway_stream";

    private static final String KNOWN =
            """
            SELECT tenant, run, natural_key FROM run_event
            WHERE (tenant, run, natural_key)
                IN (SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[]))\
            """;

    private static final String INSERT =
            """
            INSERT INTO run_event
                (tenant, run, cursor, kind, natural_key, phase, host, task, notable, at, data)
            SELECT * FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::text[], $5::text[],
                $6::text[], $7::text[], $8::uuid[], $9::boolean[], $10::timestamptz[], $11::text[])\
            """;

    private static final String ADVANCE =
            """
            UPDATE run_stream s
            SET cursor = n.cursor, touched_at = now(),
                opened = s.opened OR n.opened, settled = coalesce(n.settled, s.settled)
            FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::boolean[], $5::boolean[])
                AS n(tenant, run, cursor, opened, settled)
            WHERE s.tenant = n.tenant AND s.run = n.run\
            """;

    private static final String NOTIFY =
            "SELECT pg_notify('" + CHANNEL + "', run) FROM unnest($1::text[]) AS run";

    private record Known(RunKey key, String naturalKey) {}

    private record Placed(StreamEntry entry, long cursor) {}

    private final SqlConnection connection;
    private final Map<RunKey, Long> cursors;

    StreamWriter(SqlConnection connection, Map<RunKey, Long> cursors) {
        this.connection = connection;
        this.cursors = new HashMap<>(cursors);
    }

    /// Appends what the streams don't have yet, in order.
    ///
    /// @param entry of an item; its run is one of those opened
    /// @return the items that were new
    public <T> Uni<List<T>> append(List<T> items, Function<T, StreamEntry> entry) {
        List<StreamEntry> entries = items.stream().map(entry).toList();
        return connection
                .preparedQuery(KNOWN)
                .execute(
                        Tuple.of(
                                tenants(entries),
                                runs(entries),
                                Columns.of(entries, StreamEntry::naturalKey, String[]::new)))
                .chain(rows -> insertNews(items, entries, known(rows)));
    }

    private <T> Uni<List<T>> insertNews(
            List<T> items, List<StreamEntry> entries, Set<Known> known) {
        List<T> news = new ArrayList<>();
        List<Placed> placed = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            StreamEntry entry = entries.get(i);
            if (known.add(new Known(entry.key(), entry.naturalKey()))) {
                long cursor = cursors.merge(entry.key(), 1L, Long::sum);
                placed.add(new Placed(entry, cursor));
                news.add(items.get(i));
            }
        }
        return placed.isEmpty()
                ? Uni.createFrom().item(List.of())
                : insert(placed).chain(() -> advance(placed)).replaceWith(news);
    }

    private Uni<Void> insert(List<Placed> placed) {
        List<StreamEntry> entries = placed.stream().map(Placed::entry).toList();
        return connection
                .preparedQuery(INSERT)
                .execute(
                        Tuple.wrap(
                                new Object[] {
                                    tenants(entries),
                                    runs(entries),
                                    Columns.of(placed, Placed::cursor, Long[]::new),
                                    Columns.of(entries, StreamEntry::kind, String[]::new),
                                    Columns.of(entries, StreamEntry::naturalKey, String[]::new),
                                    Columns.of(entries, StreamWriter::phase, String[]::new),
                                    Columns.of(entries, StreamWriter::host, String[]::new),
                                    Columns.of(entries, StreamWriter::task, UUID[]::new),
                                    Columns.of(entries, StreamEntry::notable, Boolean[]::new),
                                    Columns.of(entries, StreamWriter::at, OffsetDateTime[]::new),
                                    Columns.of(entries, StreamEntry::json, String[]::new)
                                }))
                .replaceWithVoid();
    }

    private Uni<Void> advance(List<Placed> placed) {
        Map<RunKey, Mark> marks = new HashMap<>();
        placed.forEach(p ->
                marks.merge(p.entry().key(), Mark.of(p.entry().kind(), p.cursor()), Mark::then));
        List<RunKey> keys = List.copyOf(marks.keySet());
        List<Mark> values = keys.stream().map(k -> marks.getOrDefault(k, Mark.of("", 0))).toList();
        return connection
                .preparedQuery(ADVANCE)
                .execute(
                        Tuple.of(
                                Columns.of(keys, k -> k.tenant().value(), String[]::new),
                                Columns.of(keys, k -> k.run().value(), UUID[]::new),
                                Columns.of(values, Mark::cursor, Long[]::new),
                                Columns.of(values, Mark::opened, Boolean[]::new),
                                Columns.of(values, Mark::settled, Boolean[]::new)))
                .chain(() ->
                        connection
                                .preparedQuery(NOTIFY)
                                .execute(
                                        Tuple.of(
                                                Columns.of(keys, RunKey::toString, String[]::new))))
                .replaceWithVoid();
    }

    /// What a batch does to a stream's row.
    ///
    /// @param settled null where the batch does not say
    private record Mark(long cursor, boolean opened, @Nullable Boolean settled) {
        static Mark of(String kind, long cursor) {
            return switch (kind) {
                case "RunOpened" -> new Mark(cursor, true, null);
                case "RunSettled" -> new Mark(cursor, false, true);
                case "RunResumed" -> new Mark(cursor, false, false);
                default -> new Mark(cursor, false, null);
            };
        }

        Mark then(Mark later) {
            return new Mark(
                    later.cursor,
                    opened || later.opened,
                    later.settled == null ? settled : later.settled);
        }
    }

    private static Set<Known> known(RowSet<Row> rows) {
        Set<Known> known = new HashSet<>();
        rows.forEach(row -> known.add(new Known(RunStream.key(row), row.getString("natural_key"))));
        return known;
    }

    private static String[] tenants(List<StreamEntry> entries) {
        return Columns.of(entries, e -> e.key().tenant().value(), String[]::new);
    }

    private static UUID[] runs(List<StreamEntry> entries) {
        return Columns.of(entries, e -> e.key().run().value(), UUID[]::new);
    }

    private static @Nullable String phase(StreamEntry entry) {
        return entry.place().map(p -> p.phase().value()).orElse(null);
    }

    private static @Nullable String host(StreamEntry entry) {
        return entry.place().flatMap(StreamEntry.Place::host).map(Object::toString).orElse(null);
    }

    private static @Nullable UUID task(StreamEntry entry) {
        return entry.place().flatMap(StreamEntry.Place::task).map(t -> t.value()).orElse(null);
    }

    private static OffsetDateTime at(StreamEntry entry) {
        return entry.at().atOffset(ZoneOffset.UTC);
    }
}
