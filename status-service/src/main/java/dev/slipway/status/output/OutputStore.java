package dev.slipway.status.output;

import dev.slipway.contracts.Wire;
import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.contracts.event.TaskResult.TaskRef;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.status.StatusConfig;
import dev.slipway.status.progress.RunningSteps;
import dev.slipway.status.stream.Columns;
import dev.slipway.status.stream.RunKey;
import dev.slipway.status.stream.RunStream;
import dev.slipway.status.stream.StreamEntry;
import dev.slipway.status.stream.StreamWriter;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Appends output to the streams of runs, every byte once.
@ApplicationScoped
class OutputStore {
    private static final String FIND =
            """
            SELECT tenant, run, task, attempt, covered, ended FROM output_coverage
            WHERE (tenant, run, task, attempt)
                IN (SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::int[]))\
            """;

    private static final String SAVE =
            """
            INSERT INTO output_coverage (tenant, run, task, attempt, covered, ended)
            SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::int[], $5::text[],
                $6::boolean[])
            ON CONFLICT (tenant, run, task, attempt)
                DO UPDATE SET covered = excluded.covered, ended = excluded.ended\
            """;

    private final RunStream stream;
    private final RunningSteps steps;
    private final long limit;
    private final Clock clock = Clock.systemUTC();

    @Inject
    OutputStore(RunStream stream, RunningSteps steps, StatusConfig config) {
        this.stream = stream;
        this.steps = steps;
        this.limit = config.output().maxPerAttempt().asLongValue();
    }

    private record Attempt(RunKey run, UUID task, int attempt) {
        static Attempt of(TaskRef ref) {
            return new Attempt(
                    new RunKey(ref.tenant(), ref.run()), ref.task().value(), ref.attempt());
        }
    }

    /// What is known of an attempt's output.
    ///
    /// @param ended whether its last piece has come
    private record Known(Coverage coverage, boolean ended) {
        static final Known NOTHING = new Known(Coverage.NONE, false);
    }

    Uni<Void> append(SqlConnection connection, List<OutputChunk> chunks) {
        List<Attempt> attempts = chunks.stream().map(c -> Attempt.of(c.ref())).distinct().toList();
        return stream.open(connection, attempts.stream().map(Attempt::run).toList())
                .chain(writer ->
                        find(connection, attempts)
                                .chain(known -> admit(connection, writer, known, chunks)));
    }

    private Uni<Void> admit(
            SqlConnection connection,
            StreamWriter writer,
            Map<Attempt, Known> before,
            List<OutputChunk> chunks) {
        Map<Attempt, Known> after = new HashMap<>(before);
        List<OutputChunk> news = new ArrayList<>();
        for (OutputChunk chunk : chunks) {
            Attempt attempt = Attempt.of(chunk.ref());
            Known known = after.getOrDefault(attempt, Known.NOTHING);
            Admission admission = Admission.of(known.coverage(), chunk, limit);
            after.put(attempt, new Known(admission.coverage(), known.ended() || chunk.last()));
            news.addAll(admission.news());
        }
        if (after.equals(before)) {
            return Uni.createFrom().voidItem();
        }
        return writer.append(news, this::entry)
                .chain(() -> save(connection, after))
                .chain(() -> steps.note(connection, news));
    }

    private StreamEntry entry(OutputChunk chunk) {
        TaskRef ref = chunk.ref();
        return new StreamEntry(
                new RunKey(ref.tenant(), ref.run()),
                StreamEntry.OUTPUT,
                "%s/%s/%d/%d/%d"
                        .formatted(
                                StreamEntry.OUTPUT,
                                ref.task(),
                                ref.attempt(),
                                chunk.offset(),
                                chunk.length()),
                Optional.of(
                        new StreamEntry.Place(
                                ref.phase(), Optional.of(ref.host()), Optional.of(ref.task()))),
                false,
                clock.instant(),
                new String(Wire.bytes(chunk), StandardCharsets.UTF_8));
    }

    private static Uni<Map<Attempt, Known>> find(SqlConnection connection, List<Attempt> attempts) {
        return connection
                .preparedQuery(FIND)
                .execute(place(attempts))
                .map(rows -> {
                    Map<Attempt, Known> known = new HashMap<>();
                    rows.forEach(row ->
                            known.put(
                                    attempt(row),
                                    new Known(
                                            Coverage.of(row.getString("covered")),
                                            row.getBoolean("ended"))));
                    return known;
                });
    }

    private static Uni<Void> save(SqlConnection connection, Map<Attempt, Known> known) {
        List<Attempt> attempts = List.copyOf(known.keySet());
        List<Known> values =
                attempts.stream().map(a -> known.getOrDefault(a, Known.NOTHING)).toList();
        return connection
                .preparedQuery(SAVE)
                .execute(
                        place(attempts)
                                .addArrayOfString(
                                        Columns.of(
                                                values,
                                                k -> k.coverage().toString(),
                                                String[]::new))
                                .addArrayOfBoolean(
                                        Columns.of(values, Known::ended, Boolean[]::new)))
                .replaceWithVoid();
    }

    private static Tuple place(List<Attempt> attempts) {
        return Tuple.tuple()
                .addArrayOfString(
                        Columns.of(attempts, a -> a.run().tenant().value(), String[]::new))
                .addArrayOfUUID(Columns.of(attempts, a -> a.run().run().value(), UUID[]::new))
                .addArrayOfUUID(Columns.of(attempts, Attempt::task, UUID[]::new))
                .addArrayOfInteger(Columns.of(attempts, Attempt::attempt, Integer[]::new));
    }

    private static Attempt attempt(Row row) {
        return new Attempt(
                new RunKey(new TenantId(row.getString("tenant")), new RunId(row.getUUID("run"))),
                row.getUUID("task"),
                row.getInteger("attempt"));
    }
}
