package dev.slipway.planner.operation;

import dev.slipway.chassis.database.Pipeline;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.run.RunState;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Keeps runs, their phases with the help of [PhaseStore]. Every reader that goes on to write holds
/// the run's row.
@ApplicationScoped
class RunStore {
    private static final String SELECT_RUN =
            """
            SELECT tenant, id, cluster, operation, generation, revision, pool, actor, traceparent,
                   dry_run, strict, accept_new_host_keys, archive,
                   stage, paused, cancelling, outcome, reason, message
            FROM runs WHERE id = $1 FOR UPDATE
            """;

    /// Whether to wait for a lock that another transaction holds.
    enum Waiting {
        WAIT,
        SKIP
    }

    private final PhaseStore phases;

    @Inject
    RunStore(PhaseStore phases) {
        this.phases = phases;
    }

    /// Reads the run in outline and locks its row.
    ///
    /// @return empty if there is none for this transaction's tenant, or it is locked and not waited
    ///   for
    Uni<Optional<LockedRun>> lock(SqlConnection connection, RunId run, Waiting waiting) {
        return Uni.combine()
                .all()
                .unis(
                        connection
                                .preparedQuery(
                                        SELECT_RUN
                                                + (waiting == Waiting.SKIP ? " SKIP LOCKED" : ""))
                                .execute(Tuple.of(run.value())),
                        PhaseStore.progress(connection, run))
                .asTuple()
                .chain(found ->
                        found.getItem1().size() == 0
                                ? Uni.createFrom().item(Optional.empty())
                                : read(
                                                connection,
                                                found.getItem1().iterator().next(),
                                                found.getItem2())
                                        .map(Optional::of));
    }

    /// Notes that executors started these attempts; see [PhaseStore#started].
    Uni<Void> started(SqlConnection connection, RunId run, List<TaskResult.TaskRef> attempts) {
        return Pipeline.after(
                connection
                        .preparedQuery("SELECT FROM runs WHERE id = $1 FOR UPDATE")
                        .execute(Tuple.of(run.value())),
                phases.started(connection, run, attempts));
    }

    private Uni<LockedRun> read(SqlConnection connection, Row row, RowSet<Row> progress) {
        RunRecord record = record(row);
        return phases.outline(connection, record.id(), progress)
                .map(found ->
                        new LockedRun(
                                record,
                                new RunState(
                                        subject(record),
                                        StageRow.read(row),
                                        row.getBoolean("paused"),
                                        row.getBoolean("cancelling"),
                                        found.phases()),
                                found.now()));
    }

    /// The same run with all of its tasks.
    static Uni<LockedRun> all(SqlConnection connection, LockedRun run) {
        RunState outline = run.state();
        return PhaseStore.all(connection, run.record().id(), outline.phases())
                .map(phases ->
                        new LockedRun(
                                run.record(),
                                new RunState(
                                        outline.subject(),
                                        outline.stage(),
                                        outline.paused(),
                                        outline.cancelling(),
                                        phases),
                                run.now()));
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
                new RunRecord.Origin(
                        row.getString("actor"), Optional.ofNullable(row.getString("traceparent"))),
                new RunRecord.Wishes(
                        row.getBoolean("dry_run"),
                        row.getBoolean("strict"),
                        row.getBoolean("accept_new_host_keys"),
                        Optional.ofNullable(row.getString("archive")).map(RemotePath::of)));
    }

    /// The run that is changing the cluster; `check`, `exec` and `view` run beside it.
    Uni<Optional<RunId>> unfinished(
            SqlConnection connection, TenantId tenant, ClusterName cluster) {
        return connection
                .preparedQuery(
                        """
                        SELECT id FROM runs
                        WHERE tenant = $1 AND cluster = $2 AND settled_at IS NULL AND NOT dry_run
                          AND operation NOT IN ('check', 'exec', 'view')
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
                        .addString(record.origin().traceparent().orElse(null))
                        .addBoolean(record.wishes().dryRun())
                        .addBoolean(record.wishes().strict())
                        .addBoolean(record.wishes().acceptNewHostKeys())
                        .addString(source.orElse(null))
                        .addString(StageRow.of(state.stage()).stage())
                        .addString(record.wishes().archive().map(RemotePath::value).orElse(null));
        return Pipeline.after(
                connection
                        .preparedQuery(
                                """
                                INSERT INTO runs (tenant, id, cluster, operation, generation, revision, pool,
                                                  actor, traceparent, dry_run, strict, accept_new_host_keys,
                                                  source, stage, archive)
                                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
                                """)
                        .execute(values),
                phases.insert(connection, record, state, 0));
    }

    /// Writes what changed, and nothing else.
    Uni<Void> save(SqlConnection connection, LockedRun before, RunState after, boolean starved) {
        return Pipeline.after(
                saveRun(connection, before, after, starved),
                phases.save(connection, before, after));
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
}
