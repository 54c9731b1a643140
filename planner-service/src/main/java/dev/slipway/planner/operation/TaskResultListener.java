package dev.slipway.planner.operation;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.event.CloudEvent;
import dev.slipway.chassis.event.EventReader;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.run.RunInput;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/// Consumes results in batches: one transaction per run and batch, so that repeated delivery of a
/// batch changes nothing. Where the database is away it waits; nothing is passed over for that.
@ApplicationScoped
class TaskResultListener {
    private static final Logger LOG = Logger.getLogger(TaskResultListener.class);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);
    // Serialization failure and deadlock (PostgreSQL manual, appendix A).
    private static final Set<String> TRANSIENT = Set.of("40001", "40P01");
    private static final int RUNS_AT_ONCE = 4;

    private final EventReader reader;
    private final Transactions transactions;
    private final RunTurn turns;
    private final PlanDesk plans;
    private final RunMetrics metrics;

    @Inject
    TaskResultListener(
            EventReader reader,
            Transactions transactions,
            RunTurn turns,
            PlanDesk plans,
            RunMetrics metrics) {
        this.reader = reader;
        this.transactions = transactions;
        this.turns = turns;
        this.plans = plans;
        this.metrics = metrics;
    }

    @Incoming("task-results")
    Uni<Void> consume(ConsumerRecords<String, byte[]> records) {
        return reader.readAll(records, TaskResult.class)
                .map(TaskResultListener::byRun)
                .chain(byRun ->
                        Multi.createFrom()
                                .iterable(byRun.entrySet())
                                .onItem()
                                .transformToUni(run -> take(run.getKey(), run.getValue()))
                                .merge(RUNS_AT_ONCE)
                                .collect()
                                .asList())
                .replaceWithVoid();
    }

    /// What a batch tells of one run.
    ///
    /// @param reports in the order of their arrival
    /// @param started attempts that executors began
    private record News(List<RunInput> reports, List<TaskResult.TaskRef> started) {
        int results() {
            return reports.size() - started.size();
        }
    }

    private static Map<RunId, News> byRun(List<CloudEvent<TaskResult>> events) {
        var byRun = new LinkedHashMap<RunId, News>();
        for (var event : events) {
            News news =
                    byRun.computeIfAbsent(
                            event.data().ref().run(),
                            _ -> new News(new ArrayList<>(), new ArrayList<>()));
            switch (event.data()) {
                case TaskResult.TaskSettled settled ->
                        news.reports().add(new RunInput.Result(settled));
                case TaskResult.TaskStarted started -> {
                    news.reports().add(new RunInput.Started(started.ref()));
                    news.started().add(started.ref());
                }
            }
        }
        return byRun;
    }

    private Uni<Void> take(RunId run, News news) {
        return transactions
                .asWorker(c -> turns.hear(c, run, news.reports(), news.started()))
                .onFailure(TaskResultListener::passes)
                .retry()
                .withBackOff(FIRST_BACKOFF, LONGEST_BACKOFF)
                .indefinitely()
                .invoke(taken ->
                        taken.ifPresent(turn -> {
                            metrics.turned(turn);
                            if (turn.wantsPreparation()) {
                                plans.start(run);
                            }
                        }))
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> {
                    LOG.errorf(
                            failure,
                            "cannot take %d results of run %s: they are passed over, its tasks will be asked about again when they are overdue; please report this",
                            news.results(),
                            run);
                    metrics.passedOver(news.results());
                    return Uni.createFrom().voidItem();
                });
    }

    /// Whether the same will work later.
    private static boolean passes(Throwable failure) {
        return switch (failure) {
            case ProblemFailure problem -> problem.code() == ReasonCode.UNAVAILABLE;
            case PgException refused -> TRANSIENT.contains(String.valueOf(refused.getSqlState()));
            default -> false;
        };
    }
}
