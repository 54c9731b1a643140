package dev.slipway.status.progress;

import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.status.intake.Intake;
import dev.slipway.status.stream.RunStream;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/// Hears what the planner says of runs and what executors say of tasks, in whatever order the two
/// arrive.
@ApplicationScoped
class RunListener {
    private final Intake intake;
    private final RunStream stream;
    private final RunStore runs;
    private final TaskStore tasks;

    @Inject
    RunListener(Intake intake, RunStream stream, RunStore runs, TaskStore tasks) {
        this.intake = intake;
        this.stream = stream;
        this.runs = runs;
        this.tasks = tasks;
    }

    @Incoming("runs")
    Uni<Void> runs(ConsumerRecords<String, byte[]> batch) {
        return intake.take(batch, RunEvent.class, this::storeRuns);
    }

    @Incoming("task-results")
    Uni<Void> results(ConsumerRecords<String, byte[]> batch) {
        return intake.take(batch, TaskResult.class, this::storeResults);
    }

    private Uni<Void> storeRuns(SqlConnection connection, List<RunEvent> events) {
        return stream.open(connection, events.stream().map(RunEntries::key).toList())
                .chain(writer -> writer.append(events, RunEntries::of))
                .chain(news -> runs.evolve(connection, news));
    }

    private Uni<Void> storeResults(SqlConnection connection, List<TaskResult> results) {
        List<TaskResult> clean = results.stream().map(CleanResult::of).toList();
        return stream.open(connection, clean.stream().map(RunEntries::key).toList())
                .chain(writer -> writer.append(clean, RunEntries::of))
                .chain(news -> tasks.evolve(connection, news));
    }
}
