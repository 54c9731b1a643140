package dev.slipway.planner.operation;

import dev.slipway.chassis.database.Pipeline;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.RunId;
import dev.slipway.planner.run.PhaseRules;
import dev.slipway.planner.run.PhaseState;
import dev.slipway.planner.run.PhaseState.Progress;
import dev.slipway.planner.run.RunState;
import dev.slipway.planner.run.TaskState;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/// Keeps the state of phases and their tasks, a task a row. Every caller holds the run's row.
@ApplicationScoped
class PhaseStore {
    private static final String TASKS =
            """
            SELECT phase, host, position, state, attempt, tries, kind, settle_by, doubted,
                   started_at, reason
            FROM tasks
            """;
    private static final String ALL = TASKS + "WHERE run = $1 ORDER BY phase, position";

    /// See [PhaseState]; $2 is the phase that runs, $3 its window.
    private static final String OUTLINE =
            TASKS
                    + """
                    WHERE run = $1 AND state NOT IN ('WAITING', 'SUCCEEDED')
                      AND (phase = $2 OR state IN ('FAILED', 'UNKNOWN', 'CANCELLED'))
                    UNION ALL
                    """
                    + "("
                    + TASKS
                    + """
                    WHERE run = $1 AND phase = $2 AND state = 'WAITING' ORDER BY position LIMIT $3)
                    ORDER BY phase, position
                    """;

    /// @param now the database's time when they were read
    record Found(List<PhaseState> phases, Instant now) {
        Found {
            phases = List.copyOf(phases);
        }
    }

    private final RulesStore rules;

    @Inject
    PhaseStore(RulesStore rules) {
        this.rules = rules;
    }

    /// How far the run's phases are, in order, and the time; at least one row. To be read once the
    /// run's row is held.
    static Uni<RowSet<Row>> progress(SqlConnection connection, RunId run) {
        return connection
                .preparedQuery(
                        """
                        SELECT p.position, p.progress, p.ends_by, clock.now
                        FROM (SELECT clock_timestamp() AS now) clock
                        LEFT JOIN phases p ON p.run = $1 ORDER BY p.position
                        """)
                .execute(Tuple.of(run.value()));
    }

    /// All phases of the run, in order, in outline.
    ///
    /// @param progress see [#progress]
    Uni<Found> outline(SqlConnection connection, RunId run, RowSet<Row> progress) {
        Instant now = progress.iterator().next().getOffsetDateTime("now").toInstant();
        List<Row> phases =
                StreamSupport.stream(progress.spliterator(), false)
                        .filter(phase -> phase.getInteger("position") != null)
                        .toList();
        return rules.read(connection, run, phases.size())
                .chain(rules -> outline(connection, run, phases, rules))
                .map(states -> new Found(states, now));
    }

    private static Uni<List<PhaseState>> outline(
            SqlConnection connection, RunId run, List<Row> phases, List<PhaseRules> rules) {
        List<Progress> progress =
                phases.stream().map(p -> Progress.valueOf(p.getString("progress"))).toList();
        // There is one at most.
        int running =
                Math.max(progress.indexOf(Progress.RUNNING), progress.indexOf(Progress.EXPIRED));
        int window = running < 0 ? 0 : rules.get(running).summary().window();
        return connection
                .preparedQuery(OUTLINE)
                .execute(Tuple.of(run.value(), running, window))
                .map(PhaseStore::byPhase)
                .map(byPhase ->
                        IntStream.range(0, rules.size())
                                .mapToObj(position ->
                                        new PhaseState(
                                                rules.get(position),
                                                progress.get(position),
                                                Optional.ofNullable(
                                                                phases.get(position)
                                                                        .getOffsetDateTime(
                                                                                "ends_by"))
                                                        .map(OffsetDateTime::toInstant),
                                                byPhase.getOrDefault(position, Map.of()),
                                                false))
                                .toList());
    }

    /// The same phases with all of their tasks.
    static Uni<List<PhaseState>> all(
            SqlConnection connection, RunId run, List<PhaseState> outline) {
        return connection
                .preparedQuery(ALL)
                .execute(Tuple.of(run.value()))
                .map(PhaseStore::byPhase)
                .map(byPhase ->
                        IntStream.range(0, outline.size())
                                .mapToObj(position -> {
                                    PhaseState phase = outline.get(position);
                                    return new PhaseState(
                                            phase.rules(),
                                            phase.progress(),
                                            phase.endsBy(),
                                            byPhase.getOrDefault(position, Map.of()));
                                })
                                .toList());
    }

    private static Map<Integer, Map<HostAddress, TaskState>> byPhase(RowSet<Row> tasks) {
        Map<Integer, Map<HostAddress, TaskState>> byPhase = new HashMap<>();
        tasks.forEach(task ->
                byPhase.computeIfAbsent(task.getInteger("phase"), _ -> new LinkedHashMap<>())
                        .put(HostAddress.of(task.getString("host")), TaskRow.read(task)));
        return byPhase;
    }

    /// Writes what changed, and phases that are new.
    Uni<Void> save(SqlConnection connection, LockedRun before, RunState after) {
        return Pipeline.all(
                List.of(
                        savePhases(connection, before, after),
                        saveTasks(connection, before, after),
                        insert(
                                connection,
                                before.record(),
                                after,
                                before.state().phases().size())));
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
                                        TaskRow.utc(before.now()))
                                .addOffsetDateTime(
                                        TaskRow.utc(after.phases().get(i).endsBy().orElse(null))));
            }
        }
        return batch(
                connection,
                """
                UPDATE phases SET progress = $3,
                       started_at = CASE WHEN $3 = 'WAITING' THEN NULL
                                         ELSE coalesce(started_at, $4) END,
                       settled_at = CASE WHEN $3 = 'SETTLED' THEN $4 END, ends_by = $5
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
                       dispatched_at = CASE WHEN attempt < $5 AND $6 = 1 THEN $13
                                            ELSE dispatched_at END,
                       started_at = CASE WHEN attempt = $5 THEN started_at END
                WHERE run = $1 AND phase = $2 AND host = $3
                """,
                changed);
    }

    /// Writes the phases from that position on, with all their tasks.
    Uni<Void> insert(SqlConnection connection, RunRecord record, RunState state, int from) {
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
                                    phase.progress().name())
                            .addOffsetDateTime(TaskRow.utc(phase.endsBy().orElse(null))));
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
        return Pipeline.after(
                batch(
                        connection,
                        """
                        INSERT INTO phases (tenant, run, position, name, rules, progress, ends_by,
                                            started_at)
                        VALUES ($1, $2, $3, $4, $5, $6, $7,
                                CASE WHEN $6 = 'WAITING' THEN NULL ELSE clock_timestamp() END)
                        """,
                        phases),
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

    /// Notes that executors started these attempts, of those that are still the latest and out.
    /// Decides nothing by itself: see [RunInput.Started].
    Uni<Void> started(SqlConnection connection, RunId run, List<TaskResult.TaskRef> attempts) {
        return connection
                .preparedQuery(
                        """
                        UPDATE tasks t SET started_at = clock_timestamp()
                        FROM unnest($2::text[], $3::text[], $4::int[]) AS begun (phase, host, attempt)
                        JOIN phases p ON p.run = $1 AND p.name = begun.phase
                        WHERE t.run = $1 AND t.phase = p.position AND t.host = begun.host
                          AND t.attempt = begun.attempt AND t.state = 'IN_FLIGHT'
                          AND t.started_at IS NULL
                        """)
                .execute(
                        Tuple.of(
                                run.value(),
                                attempts.stream()
                                        .map(ref -> ref.phase().value())
                                        .toArray(String[]::new),
                                attempts.stream()
                                        .map(ref -> ref.host().toString())
                                        .toArray(String[]::new),
                                attempts.stream()
                                        .map(TaskResult.TaskRef::attempt)
                                        .toArray(Integer[]::new)))
                .replaceWithVoid();
    }

    private static Uni<Void> batch(SqlConnection connection, String sql, List<Tuple> values) {
        return values.isEmpty()
                ? Uni.createFrom().voidItem()
                : connection.preparedQuery(sql).executeBatch(values).replaceWithVoid();
    }
}
