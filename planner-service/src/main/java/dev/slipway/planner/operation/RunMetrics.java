package dev.slipway.planner.operation;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.telemetry.MetricNames;
import dev.slipway.planner.run.Decision;
import dev.slipway.planner.run.Effect;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/// What operators see of runs.
@ApplicationScoped
class RunMetrics {
    private static final Logger LOG = Logger.getLogger(RunMetrics.class);

    // A run that settled with unknown tasks shows until its cluster is run again: somebody ought to
    // look.
    private static final String TASKS =
            """
            SELECT (SELECT coalesce(extract(epoch FROM now() - min(dispatched_at)), 0)::bigint
                    FROM tasks WHERE state IN ('IN_FLIGHT', 'DOUBTFUL')) AS oldest,
                   (SELECT count(*) FROM tasks t JOIN runs r ON r.id = t.run
                    WHERE (t.state IN ('DOUBTFUL', 'UNKNOWN') OR t.doubted)
                      AND (r.settled_at IS NULL
                           OR EXISTS (SELECT FROM clusters c
                                      WHERE c.tenant = r.tenant AND c.last_run = r.id))) AS unknown
            """;
    private static final String LAG =
            """
            WITH waiting AS (
                SELECT run, count(*) AS tasks FROM tasks
                WHERE state = 'IN_FLIGHT' AND started_at IS NULL GROUP BY run)
            SELECT r.pool, count(*) AS runs, coalesce(sum(w.tasks), 0)::bigint AS waiting
            FROM runs r LEFT JOIN waiting w ON w.run = r.id
            WHERE r.settled_at IS NULL GROUP BY r.pool
            """;

    private final Transactions transactions;
    private final Timer dispatchLatency;
    private final Counter passedOver;
    private final AtomicLong oldestSeconds;
    private final AtomicLong unknown;
    private final AtomicLong open;
    private final MultiGauge lag;

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
        this.lag = MultiGauge.builder(MetricNames.POOL_LAG).register(meters);
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
                .asWorker(c -> c.query(TASKS).execute().chain(tasks -> lag(c, tasks)))
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> {
                    LOG.debugf("no fresh figures: %s", failure.getMessage());
                    return Uni.createFrom().voidItem();
                });
    }

    private Uni<Void> lag(SqlConnection connection, RowSet<Row> tasks) {
        return connection
                .query(LAG)
                .execute()
                .invoke(pools -> show(tasks.iterator().next(), pools))
                .replaceWithVoid();
    }

    private void show(Row tasks, RowSet<Row> pools) {
        oldestSeconds.set(tasks.getLong("oldest"));
        unknown.set(tasks.getLong("unknown"));
        long runs = 0;
        var lags = new ArrayList<MultiGauge.Row<?>>();
        for (Row pool : pools) {
            runs += pool.getLong("runs");
            lags.add(
                    MultiGauge.Row.of(
                            Tags.of("pool", pool.getString("pool")), pool.getLong("waiting")));
        }
        open.set(runs);
        lag.register(lags, true);
    }
}
