package dev.slipway.status.stream;

import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;

/// Opens the streams of runs for writing, inside the caller's transaction (role worker). A stream
/// has one writer at a time: whoever locked its row, until the transaction ends. Therefore cursors
/// are seen in order, and a reader that saw cursor n has seen everything below.
@ApplicationScoped
public class RunStream {
    private static final String ENSURE =
            """
            INSERT INTO run_stream (tenant, run)
            SELECT tenant, run FROM unnest($1::text[], $2::uuid[]) AS wanted(tenant, run)
            ORDER BY tenant, run
            ON CONFLICT DO NOTHING\
            """;

    // In one order, so that two writers of several runs can't wait for each other.
    private static final String LOCK =
            """
            SELECT tenant, run, cursor FROM run_stream
            WHERE (tenant, run) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))
            ORDER BY tenant, run
            FOR UPDATE\
            """;

    /// Locks the streams of these runs, made if need be.
    public Uni<StreamWriter> open(SqlConnection connection, Collection<RunKey> runs) {
        List<RunKey> distinct = runs.stream().distinct().toList();
        Tuple wanted =
                Tuple.of(
                        Columns.of(distinct, k -> k.tenant().value(), String[]::new),
                        Columns.of(distinct, k -> k.run().value(), UUID[]::new));
        return connection
                .preparedQuery(ENSURE)
                .execute(wanted)
                .chain(() -> connection.preparedQuery(LOCK).execute(wanted))
                .map(rows -> new StreamWriter(connection, cursors(rows)));
    }

    private static Map<RunKey, Long> cursors(Iterable<Row> rows) {
        Map<RunKey, Long> cursors = new HashMap<>();
        StreamSupport.stream(rows.spliterator(), false)
                .forEach(row -> cursors.put(key(row), row.getLong("cursor")));
        return cursors;
    }

    static RunKey key(Row row) {
        return new RunKey(new TenantId(row.getString("tenant")), new RunId(row.getUUID("run")));
    }
}
