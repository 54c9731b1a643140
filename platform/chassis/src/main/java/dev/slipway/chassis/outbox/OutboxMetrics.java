package dev.slipway.chassis.outbox;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.telemetry.MetricNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.properties.IfBuildProperty;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/// How much waits in the outbox and for how long. Measured apart from the relay, which blocks while
/// the broker is away: that is when it matters. Every process of the service measures the same
/// table.
@ApplicationScoped
@IfBuildProperty(name = "slipway.chassis.database", stringValue = "true")
class OutboxMetrics {
    private static final Logger LOG = Logger.getLogger(OutboxMetrics.class);

    private final Transactions transactions;
    private final AtomicLong depth = new AtomicLong();
    private final AtomicLong oldestMillis = new AtomicLong();

    @Inject
    OutboxMetrics(Transactions transactions, MeterRegistry meters) {
        this.transactions = transactions;
        meters.gauge(MetricNames.OUTBOX_DEPTH, depth);
        meters.gauge(MetricNames.OUTBOX_AGE, oldestMillis, millis -> millis.get() / 1000.0);
    }

    /// As of the last measurement.
    long depth() {
        return depth.get();
    }

    @Scheduled(every = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> measure() {
        return transactions
                .asWorker(connection ->
                        connection
                                .query(
                                        """
                                        SELECT count(*) AS depth,
                                               coalesce(extract(epoch FROM clock_timestamp() - min(added_at)) * 1000, 0)::bigint AS oldest
                                        FROM outbox
                                        """)
                                .execute())
                .map(rows -> rows.iterator().next())
                .invoke(row -> {
                    depth.set(row.getLong("depth"));
                    oldestMillis.set(Math.max(0, row.getLong("oldest")));
                })
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> {
                    LOG.debugf("cannot measure the outbox: %s", failure.getMessage());
                    return Uni.createFrom().voidItem();
                });
    }
}
