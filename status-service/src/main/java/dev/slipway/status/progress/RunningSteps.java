package dev.slipway.status.progress;

import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.status.stream.Columns;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Learns from its output which step of a task runs.
@ApplicationScoped
public class RunningSteps {
    private static final String UPDATE =
            """
            UPDATE task t SET step = n.step
            FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::int[], $5::text[])
                AS n(tenant, run, task, attempt, step)
            WHERE t.tenant = n.tenant AND t.run = n.run AND t.task = n.task
                AND t.attempt = n.attempt AND t.outcome IS NULL\
            """;

    /// Notes the step of the latest piece of each task, in the caller's transaction.
    public Uni<Void> note(SqlConnection connection, List<OutputChunk> chunks) {
        Map<UUID, OutputChunk> latest = new LinkedHashMap<>();
        chunks.forEach(chunk -> latest.put(chunk.ref().task().value(), chunk));
        if (latest.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Collection<OutputChunk> last = latest.values();
        return connection
                .preparedQuery(UPDATE)
                .execute(
                        Tuple.of(
                                Columns.of(last, c -> c.ref().tenant().value(), String[]::new),
                                Columns.of(last, c -> c.ref().run().value(), UUID[]::new),
                                Columns.of(last, c -> c.ref().task().value(), UUID[]::new),
                                Columns.of(last, c -> c.ref().attempt(), Integer[]::new),
                                Columns.of(last, OutputChunk::step, String[]::new)))
                .replaceWithVoid();
    }
}
