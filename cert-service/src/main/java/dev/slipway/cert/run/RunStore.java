package dev.slipway.cert.run;

import dev.slipway.cert.database.Parameters;
import dev.slipway.cert.run.RunStanding.Standing;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.Optional;

/// The table of runs' standings.
public final class RunStore {
    private RunStore() {}

    /// @return nothing for a run of which the topic has said nothing yet: the order proves that the
    ///   planner knows it
    public static Uni<Optional<RunStanding>> find(
            SqlConnection connection, TenantId tenant, RunId run) {
        return connection
                .preparedQuery(
                        "SELECT standing, since FROM run_standing WHERE tenant = $1 AND run = $2 FOR SHARE")
                .execute(Parameters.of(tenant, run))
                .map(rows -> {
                    var row = rows.iterator();
                    if (!row.hasNext()) {
                        return Optional.empty();
                    }
                    var found = row.next();
                    return Optional.of(
                            new RunStanding(
                                    Standing.valueOf(found.getString("standing")),
                                    found.getOffsetDateTime("since").toInstant()));
                });
    }

    /// A record that comes again, or after a later one, changes nothing.
    static Uni<Void> keep(SqlConnection worker, TenantId tenant, RunId run, RunStanding standing) {
        return worker.preparedQuery(
                        """
                        INSERT INTO run_standing (tenant, run, standing, since)
                        VALUES ($1, $2, $3, $4)
                        ON CONFLICT (tenant, run) DO UPDATE
                        SET standing = excluded.standing, since = excluded.since
                        WHERE run_standing.since <= excluded.since
                        """)
                .execute(Parameters.of(tenant, run, standing.standing().name(), standing.since()))
                .replaceWithVoid();
    }

    /// Orders live for two days, topics of runs for 90.
    static Uni<Void> forgetOld(SqlConnection worker) {
        return worker.query("DELETE FROM run_standing WHERE since < now() - interval '90 days'")
                .execute()
                .replaceWithVoid();
    }
}
