package dev.slipway.status.progress;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.slipway.contracts.Wire;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.RunEvent.RunOpened;
import dev.slipway.contracts.event.RunEvent.RunSettled;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.status.stream.Columns;
import dev.slipway.status.stream.RunKey;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/// The rows of runs: their state as it was folded, and columns to list them by.
@ApplicationScoped
class RunStore {
    private static final String FIND =
            """
            SELECT tenant, run, cluster, state FROM run
            WHERE (tenant, run) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))\
            """;

    private static final String SAVE =
            """
            INSERT INTO run (tenant, run, cluster, operation, actor, revision, dry_run, stage,
                outcome, reason, message, opened_at, settled_at, state)
            SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[],
                $6::int[], $7::boolean[], $8::text[], $9::text[], $10::text[], $11::text[],
                $12::timestamptz[], $13::timestamptz[], $14::text[])
            ON CONFLICT (tenant, run) DO UPDATE SET
                operation = excluded.operation, actor = excluded.actor,
                revision = excluded.revision, dry_run = excluded.dry_run, stage = excluded.stage,
                outcome = excluded.outcome, reason = excluded.reason, message = excluded.message,
                opened_at = excluded.opened_at, settled_at = excluded.settled_at,
                state = excluded.state\
            """;

    record Stored(RunKey key, ClusterName cluster, RunState state) {}

    /// Folds events into the rows of their runs, whose streams the transaction has locked.
    Uni<Void> evolve(SqlConnection connection, List<RunEvent> events) {
        if (events.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Map<RunKey, List<RunEvent>> byRun =
                events.stream().collect(groupingBy(RunEntries::key, LinkedHashMap::new, toList()));
        return find(connection, List.copyOf(byRun.keySet()))
                .chain(known ->
                        save(
                                connection,
                                byRun.entrySet().stream()
                                        .map(e -> folded(known, e.getKey(), e.getValue()))
                                        .toList()));
    }

    Uni<Map<RunKey, Stored>> find(SqlConnection connection, List<RunKey> keys) {
        return connection
                .preparedQuery(FIND)
                .execute(
                        Tuple.of(
                                Columns.of(keys, k -> k.tenant().value(), String[]::new),
                                Columns.of(keys, k -> k.run().value(), UUID[]::new)))
                .map(RunStore::stored);
    }

    private static Stored folded(Map<RunKey, Stored> known, RunKey key, List<RunEvent> events) {
        Stored before = known.get(key);
        RunState state = before == null ? RunState.UNHEARD : before.state();
        for (RunEvent event : events) {
            state = RunState.evolve(state, event);
        }
        return new Stored(key, events.getFirst().cluster(), state);
    }

    private static Uni<Void> save(SqlConnection connection, List<Stored> runs) {
        return connection
                .preparedQuery(SAVE)
                .execute(
                        Tuple.wrap(
                                new Object[] {
                                    Columns.of(runs, r -> r.key().tenant().value(), String[]::new),
                                    Columns.of(runs, r -> r.key().run().value(), UUID[]::new),
                                    Columns.of(runs, r -> r.cluster().value(), String[]::new),
                                    Columns.of(runs, opened(RunOpened::operation), String[]::new),
                                    Columns.of(runs, opened(RunOpened::actor), String[]::new),
                                    Columns.of(runs, opened(RunOpened::revision), Integer[]::new),
                                    Columns.of(runs, opened(RunOpened::dryRun), Boolean[]::new),
                                    Columns.of(runs, r -> r.state().stage().name(), String[]::new),
                                    Columns.of(runs, settled(RunSettled::outcome), String[]::new),
                                    Columns.of(
                                            runs,
                                            r ->
                                                    Columns.text(
                                                            r.state()
                                                                    .settlement()
                                                                    .flatMap(RunSettled::reason)),
                                            String[]::new),
                                    Columns.of(runs, settled(RunSettled::message), String[]::new),
                                    Columns.of(
                                            runs,
                                            r -> Columns.time(r.state().opened().map(RunEvent::at)),
                                            OffsetDateTime[]::new),
                                    Columns.of(
                                            runs,
                                            r ->
                                                    Columns.time(
                                                            r.state()
                                                                    .settlement()
                                                                    .map(RunEvent::at)),
                                            OffsetDateTime[]::new),
                                    Columns.of(runs, r -> json(r.state()), String[]::new)
                                }))
                .replaceWithVoid();
    }

    private static <V> Function<Stored, V> opened(Function<RunOpened, V> value) {
        return run -> run.state().opened().map(value).orElse(null);
    }

    private static Function<Stored, String> settled(Function<RunSettled, ?> value) {
        return run -> Columns.text(run.state().settlement().map(value));
    }

    private static String json(RunState state) {
        return new String(Wire.bytes(state), StandardCharsets.UTF_8);
    }

    private static Map<RunKey, Stored> stored(RowSet<Row> rows) {
        Map<RunKey, Stored> stored = new HashMap<>();
        for (Row row : rows) {
            var key =
                    new RunKey(
                            new TenantId(row.getString("tenant")), new RunId(row.getUUID("run")));
            byte[] state = row.getString("state").getBytes(StandardCharsets.UTF_8);
            stored.put(
                    key,
                    new Stored(
                            key,
                            new ClusterName(row.getString("cluster")),
                            Wire.read(state, RunState.class)));
        }
        return stored;
    }
}
