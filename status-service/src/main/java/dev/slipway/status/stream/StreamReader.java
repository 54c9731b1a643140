package dev.slipway.status.stream;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.outcome.ReasonCode;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads streams from the database, which is the only place they are: whichever instance wrote an
/// event, every instance serves it.
@ApplicationScoped
public class StreamReader {
    private static final String STATE =
            """
            SELECT opened, settled,
                (extract(epoch FROM now() - touched_at) * 1000)::bigint AS quiet_millis
            FROM run_stream WHERE tenant = $1 AND run = $2\
            """;

    private static final String ALL =
            """
            SELECT cursor, kind, data FROM run_event
            WHERE tenant = $1 AND run = $2 AND cursor > $3
            ORDER BY cursor LIMIT $4\
            """;

    private static final String QUIET =
            """
            SELECT cursor, kind, data FROM run_event
            WHERE tenant = $1 AND run = $2 AND cursor > $3 AND kind <> 'OutputChunk'
            ORDER BY cursor LIMIT $4\
            """;

    private static final String NOTABLE =
            """
            SELECT cursor, kind, data FROM run_event
            WHERE tenant = $1 AND run = $2 AND notable
            ORDER BY cursor LIMIT $3\
            """;

    private static final String OF_TASK =
            """
            SELECT cursor, kind, data FROM run_event
            WHERE tenant = $1 AND run = $2 AND task = $3 AND kind <> 'OutputChunk'
            ORDER BY cursor LIMIT $4\
            """;

    private static final String OUTPUT =
            """
            SELECT cursor, kind, data FROM run_event
            WHERE tenant = $1 AND run = $2 AND cursor > $3 AND kind = 'OutputChunk'
                AND ($4::text IS NULL OR host = $4) AND ($5::text IS NULL OR phase = $5)
            ORDER BY cursor LIMIT $6\
            """;

    private final Transactions transactions;
    private final Accounts accounts;

    @Inject
    StreamReader(Transactions transactions, Accounts accounts) {
        this.transactions = transactions;
        this.accounts = accounts;
    }

    /// Which events of a stream are wanted.
    ///
    /// @param after the cursor of the last one known, 0 for none
    /// @param output whether output is
    /// @param limit at most so many
    record Wanted(RunKey run, long after, boolean output, int limit) {}

    /// Output of a run.
    ///
    /// @param host or null for all
    /// @param phase or null for all
    public record WantedOutput(
            RunKey run, long after, @Nullable String host, @Nullable String phase, int limit) {}

    /// Fails with UNKNOWN_RUN (404) if the tenant has no such run.
    Uni<StreamPage> page(Wanted wanted) {
        // The state first: events that come in between are read, and the next look says settled.
        return transactions.inTenant(
                wanted.run().tenant(),
                connection ->
                        state(connection, wanted.run())
                                .chain(state -> page(connection, wanted, state)));
    }

    private Uni<StreamPage> page(SqlConnection connection, Wanted wanted, State state) {
        return events(connection, wanted)
                .chain(events ->
                        state.settled() && events.isEmpty()
                                ? last(connection, wanted, state)
                                : Uni.createFrom().item(state.page(events, Missing.NOTHING)));
    }

    /// What is missing is asked before the last look: what comes in between is read.
    private Uni<StreamPage> last(SqlConnection connection, Wanted wanted, State state) {
        return accounts.missing(connection, wanted.run())
                .map(missing -> wanted.output() ? missing : missing.withoutOutput())
                .chain(missing ->
                        events(connection, wanted).map(events -> state.page(events, missing)));
    }

    private static Uni<List<StreamEvent>> events(SqlConnection connection, Wanted wanted) {
        return read(
                connection,
                wanted.output() ? ALL : QUIET,
                place(wanted.run()).addLong(wanted.after()).addInteger(wanted.limit()));
    }

    /// Output from a cursor on. Fails with UNKNOWN_RUN (404) if the tenant has no such run.
    public Uni<List<StreamEvent>> output(WantedOutput wanted) {
        Tuple parameters =
                place(wanted.run())
                        .addLong(wanted.after())
                        .addString(wanted.host())
                        .addString(wanted.phase())
                        .addInteger(wanted.limit());
        return transactions.inTenant(
                wanted.run().tenant(),
                connection ->
                        state(connection, wanted.run())
                                .chain(() -> read(connection, OUTPUT, parameters)));
    }

    /// What belongs on the time line, from the beginning.
    public Uni<List<StreamEvent>> notable(SqlConnection connection, RunKey run, int limit) {
        return read(connection, NOTABLE, place(run).addInteger(limit));
    }

    /// The results of a task, from the beginning.
    public Uni<List<StreamEvent>> ofTask(
            SqlConnection connection, RunKey run, UUID task, int limit) {
        return read(connection, OF_TASK, place(run).addUUID(task).addInteger(limit));
    }

    /// The failure of a read of a run that the tenant does not have, or not yet.
    public static ProblemFailure unknown(RunKey run) {
        return ProblemFailure.of(
                ReasonCode.UNKNOWN_RUN, 404, "run %s is not known (yet)".formatted(run.run()));
    }

    private static Tuple place(RunKey run) {
        return Tuple.of(run.tenant().value(), run.run().value());
    }

    /// Where a run's stream is.
    private record State(boolean settled, Duration quiet) {
        StreamPage page(List<StreamEvent> events, Missing missing) {
            return new StreamPage(events, settled, quiet, missing);
        }
    }

    private static Uni<State> state(SqlConnection connection, RunKey run) {
        return connection
                .preparedQuery(STATE)
                .execute(place(run))
                .map(rows -> {
                    for (Row row : rows) {
                        if (row.getBoolean("opened")) {
                            return new State(
                                    row.getBoolean("settled"),
                                    Duration.ofMillis(row.getLong("quiet_millis")));
                        }
                    }
                    throw unknown(run);
                });
    }

    private static Uni<List<StreamEvent>> read(
            SqlConnection connection, String query, Tuple parameters) {
        return connection.preparedQuery(query).execute(parameters).map(StreamReader::events);
    }

    private static List<StreamEvent> events(RowSet<Row> rows) {
        List<StreamEvent> events = new ArrayList<>(rows.size());
        rows.forEach(row ->
                events.add(
                        new StreamEvent(
                                row.getLong("cursor"),
                                row.getString("kind"),
                                row.getString("data"))));
        return events;
    }
}
