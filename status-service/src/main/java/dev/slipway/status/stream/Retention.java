package dev.slipway.status.stream;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.status.StatusConfig;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import org.jboss.logging.Logger;

/// Removes what is older than it is to be kept: output after a day, everything else after the
/// history's time. A piece at a time, so that nobody waits long for a lock.
@ApplicationScoped
class Retention {
    private static final Logger LOG = Logger.getLogger(Retention.class);
    private static final int PIECE = 5_000;

    // Of several instances one works; the others have nothing to add.
    private static final String ALONE =
            "SELECT pg_try_advisory_xact_lock(hashtext('slipway_retention')) AS alone";

    private static final String OUTPUT =
            """
            DELETE FROM run_event WHERE ctid IN (
                SELECT ctid FROM run_event
                WHERE kind = 'OutputChunk' AND recorded_at < now() - $1 * interval '1 second'
                LIMIT $2)\
            """;

    private static final String RUNS =
            """
            DELETE FROM run_stream WHERE ctid IN (
                SELECT ctid FROM run_stream
                WHERE touched_at < now() - $1 * interval '1 second'
                LIMIT $2)\
            """;

    private final Transactions transactions;
    private final StatusConfig.Retention config;

    @Inject
    Retention(Transactions transactions, StatusConfig config) {
        this.transactions = transactions;
        this.config = config.retention();
    }

    @Scheduled(
            every = "${slipway.status.retention.every:10m}",
            delayed = "1m",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> prune() {
        return delete(OUTPUT, config.output(), PIECE)
                .chain(output -> delete(RUNS, config.history(), PIECE / 100).map(r -> output + r))
                .invoke(removed -> LOG.debugf("removed %d outdated rows", removed))
                .onFailure()
                .invoke(e ->
                        LOG.warnf(
                                e,
                                "cannot remove outdated rows: will try again in %s",
                                config.every()))
                .onFailure()
                .recoverWithItem(0)
                .replaceWithVoid();
    }

    /// Piece by piece until none is left.
    private Uni<Integer> delete(String statement, Duration age, int piece) {
        return transactions
                .asWorker(connection -> alone(connection, statement, age, piece))
                .chain(removed ->
                        removed < piece
                                ? Uni.createFrom().item(removed)
                                : delete(statement, age, piece).map(r -> r + removed));
    }

    private static Uni<Integer> alone(
            SqlConnection connection, String statement, Duration age, int piece) {
        return connection
                .query(ALONE)
                .execute()
                .chain(rows ->
                        rows.iterator().next().getBoolean("alone")
                                ? connection
                                        .preparedQuery(statement)
                                        .execute(Tuple.of((double) age.toSeconds(), piece))
                                        .map(done -> done.rowCount())
                                : Uni.createFrom().item(0));
    }
}
