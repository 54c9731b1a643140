package dev.slipway.planner.operation;

import dev.slipway.chassis.database.Pipeline;
import dev.slipway.contracts.id.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/// Finds a run's share. From then to the end of the transaction no other run of the tenant is given
/// one, so that two can't take the same place.
@ApplicationScoped
class ShareStore {
    private final PlannerConfig config;

    @Inject
    ShareStore(PlannerConfig config) {
        this.config = config;
    }

    /// Keeps the tenant's other runs from their share. Whoever adds to the outbox and takes a share
    /// in one transaction holds this first: adding holds the tenant's counter of events, and others
    /// come to that with their share in hand.
    Uni<Void> hold(SqlConnection connection, TenantId tenant) {
        return connection
                .preparedQuery("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
                .execute(Tuple.of("slipway/share/" + tenant))
                .replaceWithVoid();
    }

    Uni<FairShare> of(SqlConnection connection, RunRecord run) {
        return Pipeline.after(
                        hold(connection, run.tenant()),
                        connection
                                .preparedQuery(
                                        """
                                        SELECT (SELECT count(*) FROM tasks
                                                WHERE tenant = $1 AND run <> $2 AND state = 'IN_FLIGHT') AS others,
                                               (SELECT count(*) FROM runs
                                                WHERE tenant = $1 AND id <> $2 AND starved_since IS NOT NULL) AS starving
                                        """)
                                .execute(Tuple.of(run.tenant().value(), run.id().value())))
                .map(rows -> rows.iterator().next())
                .map(row ->
                        new FairShare(
                                config.tasksInFlightPerTenant(),
                                row.getLong("others").intValue(),
                                row.getLong("starving").intValue()));
    }
}
