package dev.slipway.planner.operation;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.contracts.id.RunId;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/// Drives on what nothing else does: overdue tasks, phases past their deadline, runs that wait for
/// their tenant's share, runs whose plan nobody makes. Several planners may look at the same time;
/// a run that one of them has in hand is left to it.
@ApplicationScoped
class Watchdog {
    private static final Logger LOG = Logger.getLogger(Watchdog.class);

    private final Transactions transactions;
    private final RunTurn turns;
    private final DraftStore drafts;
    private final PlanDesk plans;

    @Inject
    Watchdog(Transactions transactions, RunTurn turns, DraftStore drafts, PlanDesk plans) {
        this.transactions = transactions;
        this.turns = turns;
        this.drafts = drafts;
        this.plans = plans;
    }

    @Scheduled(
            every = "{slipway.planner.watchdog-interval}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> look() {
        return transactions
                .asWorker(Watchdog::waiting)
                .chain(runs ->
                        Multi.createFrom()
                                .iterable(runs)
                                .onItem()
                                .transformToUniAndConcatenate(this::turn)
                                .collect()
                                .asList())
                .chain(() -> transactions.asWorker(drafts::due))
                .invoke(due -> due.forEach(plans::start))
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> {
                    LOG.warnf(
                            "the watchdog could not look (%s): it looks again",
                            failure.getMessage());
                    return Uni.createFrom().voidItem();
                });
    }

    private Uni<Void> turn(RunId run) {
        return transactions
                .asWorker(c -> turns.takeIfFree(c, run))
                .invoke(taken ->
                        taken.filter(RunTurn.Taken::wantsPreparation)
                                .ifPresent(_ -> plans.start(run)))
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> {
                    LOG.errorf(failure, "the watchdog could not drive on run %s", run);
                    return Uni.createFrom().voidItem();
                });
    }

    /// What is overdue or past its deadline first; of those that wait for their share the one that
    /// has waited longest first.
    private static Uni<List<RunId>> waiting(SqlConnection connection) {
        return connection
                .query(
                        """
                        SELECT id FROM (
                            SELECT DISTINCT t.run AS id, 0 AS rank, now() AS since FROM tasks t
                            WHERE t.state = 'IN_FLIGHT' AND t.settle_by <= now()
                            UNION
                            SELECT run, 0, ends_by FROM phases
                            WHERE ends_by <= now() AND progress <> 'SETTLED'
                            UNION
                            SELECT id, 1, starved_since FROM runs WHERE starved_since IS NOT NULL
                        ) found
                        GROUP BY id ORDER BY min(rank), min(since) LIMIT 200
                        """)
                .execute()
                .map(rows -> {
                    var runs = new ArrayList<RunId>();
                    rows.forEach(row -> runs.add(new RunId(row.getUUID("id"))));
                    return runs;
                });
    }
}
