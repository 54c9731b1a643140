package dev.slipway.status.progress;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.contracts.id.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Lists runs, the latest first.
@ApplicationScoped
class RunList {
    private static final String LIST =
            """
            SELECT run, cluster, operation, revision, actor, dry_run, stage, outcome, reason,
                message, opened_at, settled_at
            FROM run
            WHERE tenant = $1 AND opened_at IS NOT NULL AND ($2::text IS NULL OR cluster = $2)
            ORDER BY opened_at DESC, run DESC LIMIT $3\
            """;

    private final Transactions transactions;

    @Inject
    RunList(Transactions transactions) {
        this.transactions = transactions;
    }

    /// @param cluster only its runs
    Uni<List<RunLine>> latest(TenantId tenant, Optional<String> cluster, int limit) {
        Tuple parameters =
                Tuple.tuple()
                        .addString(tenant.value())
                        .addString(cluster.orElse(null))
                        .addInteger(limit);
        return transactions.inTenant(
                tenant,
                connection ->
                        connection.preparedQuery(LIST).execute(parameters).map(RunList::lines));
    }

    private static List<RunLine> lines(RowSet<Row> rows) {
        List<RunLine> lines = new ArrayList<>(rows.size());
        rows.forEach(row -> lines.add(RunLine.of(row)));
        return lines;
    }
}
