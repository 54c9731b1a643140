package dev.slipway.status.progress;

import dev.slipway.status.progress.RunStore.Stored;
import dev.slipway.status.stream.Accounts;
import dev.slipway.status.stream.Missing;
import dev.slipway.status.stream.RunKey;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/// Holds what the planner counted in each phase against the results and output that came.
@ApplicationScoped
class RunAccounts implements Accounts {
    private static final String COUNT =
            """
            SELECT t.phase,
                count(*) FILTER (WHERE t.outcome = 'SUCCEEDED') AS succeeded,
                count(*) FILTER (WHERE t.outcome <> 'SUCCEEDED') AS otherwise,
                count(*) FILTER (WHERE t.outcome IS NULL) AS silent,
                count(*) FILTER (WHERE t.reached AND o.ended IS NOT true) AS unended
            FROM task t LEFT JOIN output_coverage o
                ON o.tenant = t.tenant AND o.run = t.run AND o.task = t.task
                    AND o.attempt = t.attempt
            WHERE t.tenant = $1 AND t.run = $2
            GROUP BY t.phase\
            """;

    private final RunStore runs;

    @Inject
    RunAccounts(RunStore runs) {
        this.runs = runs;
    }

    @Override
    public Uni<Missing> missing(SqlConnection connection, RunKey run) {
        return runs.find(connection, List.of(run))
                .map(found ->
                        Optional.ofNullable(found.get(run))
                                .map(Stored::state)
                                .orElse(RunState.UNHEARD))
                .chain(state ->
                        count(connection, run).map(heard -> PhaseAccount.missing(state, heard)));
    }

    private static Uni<List<PhaseAccount>> count(SqlConnection connection, RunKey run) {
        return connection
                .preparedQuery(COUNT)
                .execute(Tuple.of(run.tenant().value(), run.run().value()))
                .map(rows ->
                        StreamSupport.stream(rows.spliterator(), false)
                                .map(RunAccounts::account)
                                .toList());
    }

    private static PhaseAccount account(Row row) {
        return new PhaseAccount(
                row.getString("phase"),
                row.getInteger("succeeded"),
                row.getInteger("otherwise"),
                row.getInteger("silent"),
                row.getInteger("unended"));
    }
}
