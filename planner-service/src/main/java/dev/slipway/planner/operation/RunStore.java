package dev.slipway.planner.operation;

import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.run.PhaseRules;
import dev.slipway.planner.run.PhaseState;
import dev.slipway.planner.run.RunState;
import dev.slipway.planner.run.TaskState;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/// Keeps the state of runs, a task a row. Every reader that goes on to write holds the run's row.
@ApplicationScoped
class RunStore {
    private static final String SELECT_RUN =
            """
            SELECT tenant, id, cluster, operation, generation, revision, pool, actor,
                   dry_run, strict, accept_new_host_keys,
                   stage, paused, cancelling, outcome, reason, message
            FROM runs WHERE id = $1 FOR UPDATE
            """;

    /// Whether to wait for a lock that another transaction holds.
    enum Waiting {
        WAIT,
        SKIP
    }

    /// Reads the run and locks its row.
    ///
    /// @return empty if there is none for this transaction's tenant, or it is locked and not waited
    ///   for
    Uni<Optional<LockedRun>> lock(SqlConnection connection, RunId run, Waiting waiting) {
        return connection
                .preparedQuery(SELECT_RUN + (waiting == Waiting.SKIP ? " SKIP LOCKED" : ""))
                .execute(Tuple.of(run.value()))
                .chain(rows ->
                        rows.size() == 0
                                ? Uni.createFrom().item(Optional.empty())
                                : read(connection, rows.iterator().next()).map(Optional::of));
    }

    private static Uni<LockedRun> read(SqlConnection connection, Row run) {
        var id = Tuple.of(run.getUUID("id"));
        return connection
                .preparedQuery(
                        """
                        SELECT phase, host, state, attempt, tries, kind, settle_by, doubted,
                               reason, message, output_tail
                        FROM tasks WHERE run = $1 ORDER BY phase, position
                        """)
                .execute(id)
                .chain(tasks ->
                        connection
                                .preparedQuery(
                                        """
                                        SELECT position, rules, progress, clock_timestamp() AS now
                                        FROM phases WHERE run = $1 ORDER BY position
                                        """)
                                .execute(id)
                                .map(phases -> locked(run, phases, tasks)));
    }

    private static LockedRun locked(Row row, RowSet<Row> phases, RowSet<Row> tasks) {
        Map<Integer, Map<HostAddress, TaskState>> byPhase = new HashMap<>();
        tasks.forEach(task ->
                byPhase.computeIfAbsent(task.getInteger("phase"), _ -> new LinkedHashMap<>())
                        .put(HostAddress.of(task.getString("host")), TaskRow.read(task)));
        List<PhaseState> states =
                StreamSupport.stream(phases.spliterator(), false)
                        .map(phase ->
                                new PhaseState(
                                        rules(phase),
                                        PhaseState.Progress.valueOf(phase.getString("progress")),
                                        byPhase.getOrDefault(
                                                phase.getInteger("position"), Map.of())))
                        .toList();
        RunRecord record = record(row);
        return new LockedRun(
                record,
                new RunState(
                        subject(record),
                        StageRow.read(row),
                        row.getBoolean("paused"),
                        row.getBoolean("cancelling"),
                        states),
                phases.iterator().next().getOffsetDateTime("now").toInstant());
    }

    static RunState.Subject subject(RunRecord record) {
        return new RunState.Subject(
                record.tenant(), record.cluster(), record.id(), record.wishes().strict());
    }

    static RunRecord record(Row row) {
        return new RunRecord(
                new RunId(row.getUUID("id")),
                new TenantId(row.getString("tenant")),
                new ClusterName(row.getString("cluster")),
                Operation.of(row.getString("operation")),
                row.getInteger("generation"),
                row.getInteger("revision"),
                new PoolName(row.getString("pool")),
                row.getString("actor"),
                new RunRecord.Wishes(
                        row.getBoolean("dry_run"),
                        row.getBoolean("strict"),
                        row.getBoolean("accept_new_host_keys")));
    }

    private static PhaseRules rules(Row phase) {
        return Wire.read(
                phase.getString("rules").getBytes(StandardCharsets.UTF_8), PhaseRules.class);
    }

    /// The run that is changing the cluster.
    Uni<Optional<RunId>> unfinished(
            SqlConnection connection, TenantId tenant, ClusterName cluster) {
        return connection
                .preparedQuery(
                        """
                        SELECT id FROM runs
                        WHERE tenant = $1 AND cluster = $2 AND settled_at IS NULL AND NOT dry_run
                        """)
                .execute(Tuple.of(tenant.value(), cluster.value()))
                .map(rows ->
                        rows.size() == 0
                                ? Optional.empty()
                                : Optional.of(new RunId(rows.iterator().next().getUUID(0))));
    }

    /// Writes a run that does not exist yet, with all its phases and tasks.
    ///
    /// @param source the Clusterfile's text where no revision holds it
    Uni<Void> insert(
            SqlConnection connection, RunRecord record, RunState state, Optional<String> source) {
        var values =
                Tuple.tuple()
                        .addString(record.tenant().value())
                        .addUUID(record.id().value())
                        .addString(record.cluster().value())
                        .addString(record.operation().word())
                        .addInteger(record.generation())
                        .addInteger(record.revision())
                        .addString(record.pool().value())
                        .addString(record.actor())
                        .addBoolean(record.wishes().dryRun())
                        .addBoolean(record.wishes().strict())
                        .addBoolean(record.wishes().acceptNewHostKeys())
                        .addString(source.orElse(null))
                        .addString(StageRow.of(state.stage()).stage());
        return connection
                .preparedQuery(
                        """
                        INSERT INTO runs (tenant, id, cluster, operation, generation, revision, pool,
                                          actor, dry_run, strict, accept_new_host_keys, source, stage)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                        """)
                .execute(values)
                .chain(() -> insertPhases(connection, record, state, 0));
    }

    /// Writes what changed, and nothing else.
    Uni<Void> save(SqlConnection connection, LockedRun before, RunState after, boolean starved) {
        return saveRun(connection, before, after, starved)
                .chain(() -> savePhases(connection, before, after))
                .chain(() -> saveTasks(connection, before, after))
                .chain(() ->
                        insertPhases(
                                connection,
                                before.record(),
                                after,
                                before.state().phases().size()));
    }

    private static Uni<Void> saveRun(
            SqlConnection connection, LockedRun before, RunState after, boolean starved) {
        var stage = StageRow.of(after.stage());
        Instant now = before.now();
        var values =
                Tuple.tuple()
                        .addUUID(before.record().id().value())
                        .addString(stage.stage())
                        .addBoolean(after.paused())
                        .addBoolean(after.cancelling())
                        .addString(stage.verdict().map(v -> v.outcome().name()).orElse(null))
                        .addString(
                                stage.verdict()
                                        .flatMap(v -> v.reason())
                                        .map(Enum::name)
                                        .orElse(null))
                        .addString(stage.verdict().map(v -> v.message()).orElse(null))
                        .addOffsetDateTime(TaskRow.utc(after.settled() ? now : null))
                        .addOffsetDateTime(TaskRow.utc(starved ? now : null))
                        .addBoolean(after.settled());
        return connection
                .preparedQuery(
                        """
                        UPDATE runs SET stage = $2, paused = $3, cancelling = $4, outcome = $5,
                               reason = $6, message = $7, settled_at = $8, starved_since = $9,
                               prepare_after = CASE WHEN stage = $2 THEN prepare_after END,
                               source = CASE WHEN $10 THEN NULL ELSE source END
                        WHERE id = $1
                        """)
                .execute(values)
                .replaceWithVoid();
    }

    private static Uni<Void> savePhases(
            SqlConnection connection, LockedRun before, RunState after) {
        var changed = new ArrayList<Tuple>();
        for (int i = 0; i < before.state().phases().size(); i++) {
            var now = after.phases().get(i).progress();
            if (now != before.state().phases().get(i).progress()) {
                changed.add(
                        Tuple.of(
                                before.record().id().value(),
                                i,
                                now.name(),
                                TaskRow.utc(before.now())));
            }
        }
        return batch(
                connection,
                """
                UPDATE phases SET progress = $3,
                       started_at = CASE WHEN $3 = 'WAITING' THEN NULL
                                         ELSE coalesce(started_at, $4) END,
                       settled_at = CASE WHEN $3 = 'SETTLED' THEN $4 END
                WHERE run = $1 AND position = $2
                """,
                changed);
    }

    private static Uni<Void> saveTasks(SqlConnection connection, LockedRun before, RunState after) {
        var changed = new ArrayList<Tuple>();
        for (int i = 0; i < before.state().phases().size(); i++) {
            int position = i;
            var old = before.state().phases().get(i).tasks();
            after.phases()
                    .get(i)
                    .tasks()
                    .forEach((host, task) -> {
                        if (!task.equals(old.get(host))) {
                            var values =
                                    Tuple.tuple()
                                            .addUUID(before.record().id().value())
                                            .addInteger(position)
                                            .addString(host.toString());
                            TaskRow.of(task).addTo(values);
                            changed.add(values.addOffsetDateTime(TaskRow.utc(before.now())));
                        }
                    });
        }
        return batch(
                connection,
                """
                UPDATE tasks SET state = $4, attempt = $5, tries = $6, kind = $7, settle_by = $8,
                       doubted = $9, reason = $10, message = $11, output_tail = $12,
                       dispatched_at = CASE WHEN attempt = $5 THEN dispatched_at ELSE $13 END
                WHERE run = $1 AND phase = $2 AND host = $3
                """,
                changed);
    }

    private static Uni<Void> insertPhases(
            SqlConnection connection, RunRecord record, RunState state, int from) {
        var phases = new ArrayList<Tuple>();
        var tasks = new ArrayList<Tuple>();
        for (int i = from; i < state.phases().size(); i++) {
            PhaseState phase = state.phases().get(i);
            phases.add(
                    Tuple.of(
                            record.tenant().value(),
                            record.id().value(),
                            i,
                            phase.rules().name().value(),
                            new String(Wire.bytes(phase.rules()), StandardCharsets.UTF_8),
                            phase.progress().name()));
            int position = 0;
            for (var task : phase.tasks().entrySet()) {
                var values =
                        Tuple.tuple()
                                .addString(record.tenant().value())
                                .addUUID(record.id().value())
                                .addInteger(i)
                                .addString(task.getKey().toString())
                                .addInteger(position++);
                TaskRow.of(task.getValue()).addTo(values);
                tasks.add(values);
            }
        }
        return batch(
                        connection,
                        """
                        INSERT INTO phases (tenant, run, position, name, rules, progress,
                                            started_at)
                        VALUES ($1, $2, $3, $4, $5, $6,
                                CASE WHEN $6 = 'WAITING' THEN NULL ELSE clock_timestamp() END)
                        """,
                        phases)
                .chain(() ->
                        batch(
                                connection,
                                """
                                INSERT INTO tasks (tenant, run, phase, host, position, state, attempt,
                                                   tries, kind, settle_by, doubted, reason, message,
                                                   output_tail, dispatched_at)
                                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
                                        CASE WHEN $7 > 0 THEN clock_timestamp() END)
                                """,
                                tasks));
    }

    private static Uni<Void> batch(SqlConnection connection, String sql, List<Tuple> values) {
        return values.isEmpty()
                ? Uni.createFrom().voidItem()
                : connection.preparedQuery(sql).executeBatch(values).replaceWithVoid();
    }
}
