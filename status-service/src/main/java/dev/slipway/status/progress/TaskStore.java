package dev.slipway.status.progress;

import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.event.TaskResult.TaskRef;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.status.stream.Columns;
import dev.slipway.status.stream.RunKey;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// The rows of tasks: the latest attempt of each.
@ApplicationScoped
class TaskStore {
    private static final String COLUMNS =
            """
            tenant, run, task, cluster, phase, host, attempt, started_at, settled_at, outcome,
            reason, message, step, exit_code, host_millis, reached, output_tail\
            """;

    private static final String FIND =
            "SELECT "
                    + COLUMNS
                    + """
                     FROM task
                    WHERE (tenant, run, task)
                        IN (SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[]))\
                    """;

    private static final String OF_RUN =
            "SELECT " + COLUMNS + " FROM task WHERE tenant = $1 AND run = $2";

    private static final String SAVE =
            "INSERT INTO task ("
                    + COLUMNS
                    + """
                    )
                    SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::text[],
                        $6::text[], $7::int[], $8::timestamptz[], $9::timestamptz[], $10::text[],
                        $11::text[], $12::text[], $13::text[], $14::int[], $15::bigint[],
                        $16::boolean[], $17::text[])
                    ON CONFLICT (tenant, run, task) DO UPDATE SET
                        attempt = excluded.attempt, started_at = excluded.started_at,
                        settled_at = excluded.settled_at, outcome = excluded.outcome,
                        reason = excluded.reason, message = excluded.message,
                        step = excluded.step, exit_code = excluded.exit_code,
                        host_millis = excluded.host_millis, reached = excluded.reached,
                        output_tail = excluded.output_tail\
                    """;

    private record Key(RunKey run, TaskId task) {
        static Key of(TaskRef ref) {
            return new Key(new RunKey(ref.tenant(), ref.run()), ref.task());
        }
    }

    /// Folds results into the rows of their tasks; the transaction has locked the runs' streams.
    Uni<Void> evolve(SqlConnection connection, List<TaskResult> results) {
        if (results.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        List<Key> keys = results.stream().map(r -> Key.of(r.ref())).distinct().toList();
        return connection
                .preparedQuery(FIND)
                .execute(
                        Tuple.of(
                                Columns.of(keys, k -> k.run().tenant().value(), String[]::new),
                                Columns.of(keys, k -> k.run().run().value(), UUID[]::new),
                                Columns.of(keys, k -> k.task().value(), UUID[]::new)))
                .chain(rows -> save(connection, folded(tasks(rows), results)));
    }

    Uni<List<TaskState>> ofRun(SqlConnection connection, RunKey run) {
        return connection
                .preparedQuery(OF_RUN)
                .execute(Tuple.of(run.tenant().value(), run.run().value()))
                .map(TaskStore::tasks);
    }

    private static Collection<TaskState> folded(List<TaskState> known, List<TaskResult> results) {
        Map<Key, TaskState> tasks = new HashMap<>();
        known.forEach(task -> tasks.put(Key.of(task.ref()), task));
        for (TaskResult result : results) {
            Key key = Key.of(result.ref());
            tasks.put(key, TaskState.evolve(Optional.ofNullable(tasks.get(key)), result));
        }
        return tasks.values();
    }

    private static Uni<Void> save(SqlConnection connection, Collection<TaskState> tasks) {
        return connection
                .preparedQuery(SAVE)
                .execute(
                        Tuple.wrap(
                                new Object[] {
                                    Columns.of(tasks, t -> t.ref().tenant().value(), String[]::new),
                                    Columns.of(tasks, t -> t.ref().run().value(), UUID[]::new),
                                    Columns.of(tasks, t -> t.ref().task().value(), UUID[]::new),
                                    Columns.of(
                                            tasks, t -> t.ref().cluster().value(), String[]::new),
                                    Columns.of(tasks, t -> t.ref().phase().value(), String[]::new),
                                    Columns.of(
                                            tasks, t -> t.ref().host().toString(), String[]::new),
                                    Columns.of(tasks, t -> t.ref().attempt(), Integer[]::new),
                                    Columns.of(
                                            tasks,
                                            t -> Columns.time(t.started()),
                                            OffsetDateTime[]::new),
                                    Columns.of(
                                            tasks,
                                            t -> Columns.time(t.settled()),
                                            OffsetDateTime[]::new),
                                    Columns.of(
                                            tasks, t -> Columns.text(t.outcome()), String[]::new),
                                    Columns.of(tasks, t -> Columns.text(t.reason()), String[]::new),
                                    Columns.of(tasks, TaskState::message, String[]::new),
                                    Columns.of(tasks, t -> Columns.text(t.step()), String[]::new),
                                    Columns.of(
                                            tasks, t -> t.exitCode().orElse(null), Integer[]::new),
                                    Columns.of(
                                            tasks,
                                            t -> t.hostTime().map(Duration::toMillis).orElse(null),
                                            Long[]::new),
                                    Columns.of(tasks, TaskState::reached, Boolean[]::new),
                                    Columns.of(tasks, TaskState::outputTail, String[]::new)
                                }))
                .replaceWithVoid();
    }

    private static List<TaskState> tasks(RowSet<Row> rows) {
        List<TaskState> tasks = new ArrayList<>(rows.size());
        rows.forEach(row -> tasks.add(task(row)));
        return tasks;
    }

    private static TaskState task(Row row) {
        var ref =
                new TaskRef(
                        new TenantId(row.getString("tenant")),
                        new ClusterName(row.getString("cluster")),
                        new RunId(row.getUUID("run")),
                        new PhaseName(row.getString("phase")),
                        HostAddress.of(row.getString("host")),
                        new TaskId(row.getUUID("task")),
                        row.getInteger("attempt"));
        return new TaskState(
                ref,
                Columns.time(row, "started_at"),
                Columns.time(row, "settled_at"),
                Columns.constant(row, "outcome", TaskOutcome.class),
                Columns.constant(row, "reason", ReasonCode.class),
                row.getString("message"),
                Optional.ofNullable(row.getString("step")),
                Optional.ofNullable(row.getInteger("exit_code")),
                Optional.ofNullable(row.getLong("host_millis")).map(Duration::ofMillis),
                row.getBoolean("reached"),
                row.getString("output_tail"));
    }
}
