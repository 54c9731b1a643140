package dev.slipway.planner.operation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.event.PhaseSummary;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import dev.slipway.planner.inspect.HostFinding;
import dev.slipway.planner.run.PhaseRules;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/// Reads runs for the API, within a transaction that sees one tenant.
@ApplicationScoped
class RunViews {
    private static final String RUNS =
            """
            SELECT id, cluster, operation, stage, paused, cancelling, outcome, reason, message, actor,
                   revision, dry_run, opened_at, settled_at, plan_digest, findings
            FROM runs
            """;
    private static final String PHASES =
            """
            SELECT p.run, p.position, p.name, p.rules, p.progress, p.started_at, p.settled_at,
                   p.ends_by,
                   count(*) AS total,
                   count(*) FILTER (WHERE t.state = 'IN_FLIGHT' AND NOT t.doubted) AS in_flight,
                   count(*) FILTER (WHERE t.state = 'SUCCEEDED') AS succeeded,
                   count(*) FILTER (WHERE t.state IN ('FAILED', 'CANCELLED')) AS failed,
                   count(*) FILTER (WHERE t.state IN ('UNKNOWN', 'DOUBTFUL') OR t.doubted) AS unknown,
                   count(*) FILTER (WHERE t.state = 'LEFT_OUT') AS left_out
            FROM phases p JOIN tasks t ON t.run = p.run AND t.phase = p.position
            WHERE p.run = ANY ($1)
            GROUP BY p.run, p.position ORDER BY p.run, p.position
            """;
    private static final String FAILURES =
            """
            SELECT t.run, p.name AS phase, t.host, t.state, t.reason, t.message, t.output_tail
            FROM tasks t JOIN phases p ON p.run = t.run AND p.position = t.phase
            WHERE t.run = ANY ($1) AND t.state IN ('FAILED', 'UNKNOWN')
            ORDER BY t.run, t.phase, t.position
            """;

    /// Runs, the latest first; not those that only looked at a cluster, which would hide the
    /// others.
    ///
    /// @param limit at least 1
    Uni<List<RunView>> latest(SqlConnection connection, Optional<String> cluster, int limit) {
        return connection
                .preparedQuery(
                        RUNS
                                + """
                                WHERE ($1::text IS NULL OR cluster = $1)
                                  AND operation <> 'view'
                                ORDER BY opened_at DESC, id DESC LIMIT $2
                                """)
                .execute(Tuple.of(cluster.orElse(null), limit))
                .chain(rows -> views(connection, rows));
    }

    Uni<Optional<RunView>> one(SqlConnection connection, RunId run) {
        return connection
                .preparedQuery(RUNS + "WHERE id = $1")
                .execute(Tuple.of(run.value()))
                .chain(rows -> views(connection, rows))
                .map(found -> found.stream().findFirst());
    }

    Uni<Optional<PlanView>> plan(SqlConnection connection, RunId run) {
        return connection
                .preparedQuery("SELECT run, digest, frozen, body FROM plans WHERE run = $1")
                .execute(Tuple.of(run.value()))
                .map(rows ->
                        rows.size() == 0
                                ? Optional.empty()
                                : Optional.of(plan(rows.iterator().next())));
    }

    private static PlanView plan(Row row) {
        JsonNode plan = json(row.getString("body"), new TypeReference<>() {});
        return new PlanView(
                new RunId(row.getUUID("run")),
                new ContentDigest(row.getString("digest")),
                row.getBoolean("frozen"),
                plan.path("operation").asText(),
                plan.path("cluster").asText(),
                plan.path("generation").asInt(),
                plan.path("phases"));
    }

    private static Uni<List<RunView>> views(SqlConnection connection, RowSet<Row> runs) {
        UUID[] ids =
                StreamSupport.stream(runs.spliterator(), false)
                        .map(row -> row.getUUID("id"))
                        .toArray(UUID[]::new);
        Tuple all = Tuple.tuple().addArrayOfUUID(ids);
        return connection
                .preparedQuery(PHASES)
                .execute(all)
                .chain(phases ->
                        connection
                                .preparedQuery(FAILURES)
                                .execute(all)
                                .map(failures ->
                                        views(
                                                runs,
                                                byRun(phases, RunViews::phase),
                                                byRun(failures, RunViews::failure))));
    }

    private static List<RunView> views(
            RowSet<Row> runs,
            Map<UUID, List<RunView.Phase>> phases,
            Map<UUID, List<RunView.HostFailure>> failures) {
        return StreamSupport.stream(runs.spliterator(), false)
                .map(run -> {
                    UUID id = run.getUUID("id");
                    return view(
                            run,
                            phases.getOrDefault(id, List.of()),
                            failures.getOrDefault(id, List.of()));
                })
                .toList();
    }

    private static <T> Map<UUID, List<T>> byRun(
            RowSet<Row> rows, java.util.function.Function<Row, T> read) {
        var byRun = new HashMap<UUID, List<T>>();
        rows.forEach(row ->
                byRun.computeIfAbsent(row.getUUID("run"), _ -> new ArrayList<>())
                        .add(read.apply(row)));
        return byRun;
    }

    private static RunView view(
            Row run, List<RunView.Phase> phases, List<RunView.HostFailure> failures) {
        // Of a host that could not be inspected, its task tells already.
        var uninspected =
                failures.stream()
                        .filter(f -> f.phase().equals(PlanDesk.INSPECT.value()))
                        .map(RunView.HostFailure::host)
                        .collect(Collectors.toSet());
        var all =
                new ArrayList<>(
                        findings(run.getString("findings")).stream()
                                .filter(f -> !uninspected.contains(f.host()))
                                .toList());
        all.addAll(failures);
        return new RunView(
                new RunId(run.getUUID("id")),
                new ClusterName(run.getString("cluster")),
                run.getString("operation"),
                state(run, phases),
                Optional.ofNullable(run.getString("outcome")).map(RunOutcome::valueOf),
                Optional.ofNullable(run.getString("reason")).map(ReasonCode::valueOf),
                Optional.ofNullable(run.getString("message")),
                run.getString("actor"),
                run.getInteger("revision"),
                run.getBoolean("dry_run"),
                run.getOffsetDateTime("opened_at").toInstant(),
                instant(run, "settled_at"),
                Optional.ofNullable(run.getString("plan_digest")),
                phases,
                all);
    }

    private static RunView.State state(Row run, List<RunView.Phase> phases) {
        String stage = run.getString("stage");
        boolean busy = phases.stream().anyMatch(p -> p.inFlight() > 0);
        if (stage.equals(StageRow.SETTLED)) {
            return RunView.State.SETTLED;
        }
        if (run.getBoolean("cancelling")) {
            return RunView.State.CANCELLING;
        }
        if (run.getBoolean("paused")) {
            return busy ? RunView.State.PAUSING : RunView.State.PAUSED;
        }
        return switch (stage) {
            case StageRow.INSPECTING -> RunView.State.INSPECTING;
            case StageRow.RUNNING -> RunView.State.RUNNING;
            default -> RunView.State.OPEN;
        };
    }

    private static RunView.Phase phase(Row row) {
        PhaseSummary summary =
                Wire.read(row.getString("rules").getBytes(StandardCharsets.UTF_8), PhaseRules.class)
                        .summary();
        return new RunView.Phase(
                summary.name(),
                summary.title(),
                row.getString("progress"),
                summary.window(),
                summary.disruptionBudget().isPresent()
                        ? Optional.of(summary.disruptionBudget().getAsInt())
                        : Optional.empty(),
                summary.failureLimit(),
                row.getLong("total").intValue(),
                row.getLong("in_flight").intValue(),
                row.getLong("succeeded").intValue(),
                row.getLong("failed").intValue(),
                row.getLong("unknown").intValue(),
                row.getLong("left_out").intValue(),
                instant(row, "started_at"),
                instant(row, "ends_by"),
                instant(row, "settled_at"));
    }

    private static RunView.HostFailure failure(Row row) {
        boolean unknown = row.getString("state").equals("UNKNOWN");
        ReasonCode reason =
                unknown ? ReasonCode.TASK_LOST : ReasonCode.valueOf(row.getString("reason"));
        return new RunView.HostFailure(
                HostAddress.of(row.getString("host")),
                row.getString("phase"),
                reason,
                unknown ? reason.summary() : row.getString("message"),
                reason.advice(),
                unknown ? "" : row.getString("output_tail"));
    }

    private static List<RunView.HostFailure> findings(String json) {
        return ReportStore.findings(json).stream()
                .filter(HostFinding::isFailure)
                .map(f ->
                        new RunView.HostFailure(
                                f.host(),
                                PlanDesk.INSPECT.value(),
                                f.reason(),
                                f.message(),
                                f.advice(),
                                ""))
                .toList();
    }

    private static Optional<Instant> instant(Row row, String column) {
        return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
    }

    private static <T> T json(String text, TypeReference<T> type) {
        try {
            return Wire.mapper().readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a run in the database is no JSON", e);
        }
    }
}
