package dev.slipway.planner.operation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.ClusterfileReader;
import dev.slipway.planner.clusterfile.ClusterfileResult;
import dev.slipway.planner.clusterfile.SecretPolicy;
import dev.slipway.planner.inspect.FactReader;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.inspect.Preflight;
import dev.slipway.planner.plan.RecordedState;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Hands out runs that need a plan, each to one planner at a time.
@ApplicationScoped
class DraftStore {
    private final PlannerConfig config;

    @Inject
    DraftStore(PlannerConfig config) {
        this.config = config;
    }

    /// Runs that nobody is making a plan for, the one that waits longest first.
    Uni<List<RunId>> due(SqlConnection connection) {
        return connection
                .query(
                        """
                        SELECT id FROM runs
                        WHERE stage IN ('PLANNING', 'REOPENING')
                          AND (prepare_after IS NULL OR prepare_after <= now())
                        ORDER BY prepare_after NULLS FIRST, opened_at LIMIT 20
                        """)
                .execute()
                .map(rows -> {
                    var due = new ArrayList<RunId>();
                    rows.forEach(row -> due.add(new RunId(row.getUUID("id"))));
                    return due;
                });
    }

    /// Takes the run for the time of the lease.
    ///
    /// @return empty if it needs no plan or another planner has it
    Uni<Optional<Draft>> claim(SqlConnection connection, RunId run) {
        return connection
                .preparedQuery(
                        """
                        UPDATE runs r SET prepare_after = clock_timestamp() + $2::int * interval '1 second'
                        WHERE r.id = $1 AND r.stage IN ('PLANNING', 'REOPENING')
                          AND (r.prepare_after IS NULL OR r.prepare_after <= clock_timestamp())
                        RETURNING r.tenant, r.id, r.cluster, r.operation, r.generation, r.revision, r.pool,
                          r.actor, r.traceparent, r.dry_run, r.strict, r.accept_new_host_keys, r.archive,
                          r.stage,
                          clock_timestamp() AS now,
                          coalesce(r.source, (SELECT v.source FROM revisions v
                              WHERE v.tenant = r.tenant AND v.cluster = r.cluster
                                AND v.revision = r.revision)) AS source,
                          (SELECT v.source FROM clusters c JOIN revisions v
                              ON v.tenant = c.tenant AND v.cluster = c.name
                                 AND v.revision = c.applied_revision
                              WHERE c.tenant = r.tenant AND c.name = r.cluster) AS applied
                        """)
                .execute(Tuple.of(run.value(), (int) config.planningLease().toSeconds()))
                .chain(rows ->
                        rows.size() == 0
                                ? Uni.createFrom().item(Optional.empty())
                                : inspected(connection, run)
                                        .chain(tasks ->
                                                draft(connection, rows.iterator().next(), tasks))
                                        .map(Optional::of));
    }

    /// Lets the run be claimed again after a while.
    Uni<Void> postpone(SqlConnection connection, RunId run, Duration time) {
        return connection
                .preparedQuery(
                        """
                        UPDATE runs
                        SET prepare_after = clock_timestamp() + $2::int * interval '1 millisecond'
                        WHERE id = $1 AND stage IN ('PLANNING', 'REOPENING')
                        """)
                .execute(Tuple.of(run.value(), (int) time.toMillis()))
                .replaceWithVoid();
    }

    private static Uni<RowSet<Row>> inspected(SqlConnection connection, RunId run) {
        return connection
                .preparedQuery(
                        """
                        SELECT host, state, reason, message, facts, reported_at FROM tasks
                        WHERE run = $1 AND phase = 0
                        """)
                .execute(Tuple.of(run.value()));
    }

    private static Uni<Draft> draft(SqlConnection connection, Row row, RowSet<Row> reported) {
        Clusterfile clusterfile = accepted(row.getString("source"));
        return seen(connection, row.getString("tenant"), clusterfile)
                .map(seen -> draft(row, clusterfile, seen, reported));
    }

    /// What is remembered of absent hosts.
    private static Uni<RowSet<Row>> seen(
            SqlConnection connection, String tenant, Clusterfile clusterfile) {
        String[] absent =
                clusterfile.absent().stream()
                        .map(h -> h.address().toString())
                        .toArray(String[]::new);
        return connection
                .preparedQuery(
                        "SELECT address, facts FROM hosts WHERE tenant = $1 AND address = ANY ($2) AND facts IS NOT NULL")
                .execute(Tuple.of(tenant, absent));
    }

    private static Draft draft(
            Row row, Clusterfile clusterfile, RowSet<Row> seen, RowSet<Row> reported) {
        Map<HostAddress, HostFacts> facts = new HashMap<>();
        seen.forEach(host ->
                facts.put(
                        HostAddress.of(host.getString("address")),
                        Wire.read(
                                host.getString("facts").getBytes(StandardCharsets.UTF_8),
                                HostFacts.class)));
        Map<HostAddress, Preflight.Unseen> unseen = new HashMap<>();
        for (Row task : reported) {
            HostAddress host = HostAddress.of(task.getString("host"));
            String found = task.getString("facts");
            // A task that broke off may have told a part.
            if (found != null && task.getString("state").equals(TaskRow.SUCCEEDED)) {
                facts.put(
                        host,
                        FactReader.read(
                                map(found), task.getOffsetDateTime("reported_at").toInstant()));
            } else {
                unseen.put(host, unseen(task));
            }
        }
        return new Draft(
                RunStore.record(row),
                row.getString("stage").equals(StageRow.REOPENING),
                clusterfile,
                facts,
                unseen,
                new RecordedState(
                        Optional.ofNullable(row.getString("applied")).map(DraftStore::accepted)),
                row.getOffsetDateTime("now").toInstant());
    }

    private static Preflight.Unseen unseen(Row task) {
        ReasonCode reason =
                Optional.ofNullable(task.getString("reason"))
                        .map(ReasonCode::valueOf)
                        .orElse(ReasonCode.TASK_LOST);
        return new Preflight.Unseen(
                reason,
                Optional.ofNullable(task.getString("message"))
                        .filter(m -> !m.isEmpty())
                        .orElse(reason.summary()));
    }

    /// What was accepted once is accepted again.
    static Clusterfile accepted(String source) {
        return switch (ClusterfileReader.read(source, SecretPolicy.REFUSED)) {
            case ClusterfileResult.Accepted(var clusterfile) -> clusterfile;
            case ClusterfileResult.HostsOnly _ ->
                    throw new IllegalStateException("a stored Clusterfile lists hosts only");
            case ClusterfileResult.Rejected(var problems) ->
                    throw new IllegalStateException(
                            "a stored Clusterfile is not accepted any more: " + problems);
        };
    }

    private static Map<String, String> map(String json) {
        try {
            return Wire.mapper().readValue(json, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("facts in the database are no JSON", e);
        }
    }
}
