package dev.slipway.status.progress;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.RunEvent.RunOpened;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.event.TaskResult.TaskStarted;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.status.progress.RunStore.Stored;
import dev.slipway.status.stream.RunKey;
import dev.slipway.status.stream.StreamEvent;
import dev.slipway.status.stream.StreamReader;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Puts together what users see of a run, as the tenant they belong to.
@ApplicationScoped
class RunViews {
    private static final int LINES = 1_000;
    private static final int RESULTS = 200;
    private static final String CURSOR =
            "SELECT cursor FROM run_stream WHERE tenant = $1 AND run = $2";

    private final Transactions transactions;
    private final RunStore runs;
    private final TaskStore tasks;
    private final StreamReader stream;

    @Inject
    RunViews(Transactions transactions, RunStore runs, TaskStore tasks, StreamReader stream) {
        this.transactions = transactions;
        this.runs = runs;
        this.tasks = tasks;
        this.stream = stream;
    }

    private record Found(RunOpened opened, RunState state) {}

    /// Fails with UNKNOWN_RUN (404) if the tenant has no such run, or its opening was not heard
    /// yet.
    Uni<RunProgress> progress(RunKey run) {
        return transactions.inTenant(
                run.tenant(),
                connection ->
                        // The cursor first: what comes in meanwhile is shown and streamed, not
                        // lost.
                        cursor(connection, run).chain(cursor -> progress(connection, run, cursor)));
    }

    Uni<List<TimelineEntry>> timeline(RunKey run) {
        return transactions.inTenant(
                run.tenant(),
                connection ->
                        find(connection, run)
                                .chain(found -> timeline(connection, run, found.opened())));
    }

    Uni<TaskProgress> task(RunKey run, TaskId task) {
        return transactions.inTenant(
                run.tenant(),
                connection ->
                        find(connection, run)
                                .chain(() -> stream.ofTask(connection, run, task.value(), RESULTS))
                                .map(events -> events.stream().map(RunViews::result).toList())
                                .map(results -> TaskProgress.of(run, task, results)));
    }

    private Uni<RunProgress> progress(SqlConnection connection, RunKey run, long cursor) {
        return find(connection, run)
                .chain(found ->
                        tasks.ofRun(connection, run)
                                .chain(states ->
                                        timeline(connection, run, found.opened())
                                                .map(lines ->
                                                        RunProgress.of(
                                                                found.opened(),
                                                                found.state(),
                                                                states,
                                                                lines,
                                                                cursor))));
    }

    private Uni<Found> find(SqlConnection connection, RunKey run) {
        return runs.find(connection, List.of(run))
                .map(found ->
                        Optional.ofNullable(found.get(run))
                                .map(Stored::state)
                                .flatMap(s -> s.opened().map(o -> new Found(o, s)))
                                .orElseThrow(() -> StreamReader.unknown(run)));
    }

    private static Uni<Long> cursor(SqlConnection connection, RunKey run) {
        return connection
                .preparedQuery(CURSOR)
                .execute(Tuple.of(run.tenant().value(), run.run().value()))
                .map(rows -> rows.size() == 0 ? 0L : rows.iterator().next().getLong("cursor"));
    }

    private Uni<List<TimelineEntry>> timeline(
            SqlConnection connection, RunKey run, RunOpened opened) {
        var timeline = new Timeline(opened.at());
        return stream.notable(connection, run, LINES)
                .map(events -> events.stream().flatMap(e -> line(timeline, e)).toList());
    }

    private static Stream<TimelineEntry> line(Timeline timeline, StreamEvent event) {
        if (!event.kind().startsWith("Task")) {
            return Stream.of(timeline.entry(Wire.read(bytes(event), RunEvent.class)));
        }
        return switch (result(event)) {
            case TaskSettled settled -> Stream.of(timeline.entry(settled));
            case TaskStarted _ -> Stream.empty();
        };
    }

    private static TaskResult result(StreamEvent event) {
        return Wire.read(bytes(event), TaskResult.class);
    }

    private static byte[] bytes(StreamEvent event) {
        return event.json().getBytes(StandardCharsets.UTF_8);
    }
}
