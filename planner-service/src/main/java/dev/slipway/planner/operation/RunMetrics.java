package dev.slipway.planner.operation;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.telemetry.MetricNames;
import dev.slipway.planner.run.Decision;
import dev.slipway.planner.run.Effect;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/// What operators see of runs.
@ApplicationScoped
class RunMetrics {
    private static final Logger LOG = Logger.getLogger(RunMetrics.class);

    private final Transactions transactions;
    private final Timer dispatchLatency;
    private final Counter passedOver;
    private final AtomicLong oldestSeconds;
    private final AtomicLong unknown;
    private final AtomicLong open;

    @Inject
    RunMetrics(Transactions transactions, MeterRegistry meters) {
        this.transactions = transactions;
        this.dispatchLatency =
                Timer.builder(MetricNames.DISPATCH_LATENCY)
                        .description("from a task's end to the decision that starts the next one")
                        .register(meters);
        this.passedOver = meters.counter(MetricNames.RESULTS_PASSED_OVER);
        this.oldestSeconds = meters.gauge(MetricNames.TASKS_OLDEST_AGE, new AtomicLong());
        this.unknown = meters.gauge(MetricNames.TASKS_UNKNOWN, new AtomicLong());
        this.open = meters.gauge(MetricNames.RUNS_OPEN, new AtomicLong());
    }

    /// Notes how long it took from the results to the dispatches that followed from them.
    void turned(RunTurn.Taken turn) {
        if (!(turn.decision() instanceof Decision.Accepted accepted)) {
            return;
        }
        List<Effect> effects = accepted.effects();
        boolean dispatched = effects.stream().anyMatch(Effect.Dispatch.class::isInstance);
        effects.stream()
                .filter(Effect.Learn.class::isInstance)
                .map(e -> ((Effect.Learn) e).settled().at())
                .max(Instant::compareTo)
                .filter(_ -> dispatched)
                .map(at -> Duration.between(at, turn.before().now()))
                .filter(Duration::isPositive)
                .ifPresent(dispatchLatency::record);
    }

    /// Results that could not be taken.
    void passedOver(int results) {
        passedOver.increment(results);
    }

    @Scheduled(every = "10s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> refresh() {
        return transactions
                .asWorker(c ->
                        c.query(
                                        """
                                        SELECT (SELECT coalesce(extract(epoch FROM now() - min(dispatched_at)), 0)::bigint
                                                FROM tasks WHERE state = 'IN_FLIGHT') AS oldest,
                                               (SELECT count(*) FROM tasks
                                                WHERE state IN ('DOUBTFUL', 'UNKNOWN') OR doubted) AS unknown,
                                               (SELECT count(*) FROM runs WHERE settled_at IS NULL) AS open
                                        """)
                                .execute())
                .invoke(rows -> {
                    var row = rows.iterator().next();
                    oldestSeconds.set(row.getLong("oldest"));
                    unknown.set(row.getLong("unknown"));
                    open.set(row.getLong("open"));
                })
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> {
                    LOG.debugf("no fresh figures: %s", failure.getMessage());
                    return Uni.createFrom().voidItem();
                });
    }
}
