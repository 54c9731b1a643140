package dev.slipway.planner.content;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/// Contents in the database, a row each and their bytes in chunks. An upload is a row that is not
/// whole: none of the queries that look for a content sees it.
@ApplicationScoped
public class ContentStore {
    // Waits for a row that is being touched, and looks at it again then: so either the sweep sees
    // the touch, or who touches finds nothing.
    private static final String SWEEP =
            """
            DELETE FROM contents c
            WHERE (NOT c.whole AND c.touched_at < now() - make_interval(secs => $1))
               OR (c.whole AND c.touched_at < now() - make_interval(secs => $2) AND NOT EXISTS (
                    SELECT FROM run_contents n JOIN runs r ON r.id = n.run
                    WHERE n.tenant = c.tenant AND n.digest = c.digest
                      AND (r.settled_at IS NULL
                           OR r.settled_at >= now() - make_interval(secs => $2)
                           OR EXISTS (SELECT FROM clusters k
                                      WHERE k.tenant = r.tenant AND k.last_run = r.id))))
            """;

    Uni<Optional<StoredContent>> find(SqlConnection connection, ContentDigest digest) {
        return connection
                .preparedQuery("SELECT id, size FROM contents WHERE digest = $1 AND whole LIMIT 1")
                .execute(Tuple.of(digest.value()))
                .map(rows ->
                        StreamSupport.stream(rows.spliterator(), false)
                                .map(row ->
                                        new StoredContent(
                                                row.getUUID("id"), digest, row.getLong("size")))
                                .findFirst());
    }

    /// Keeps what is there from going for a while, and says how long each is; those that are not
    /// there are left out.
    public Uni<Map<ContentDigest, Long>> touch(
            SqlConnection connection, Collection<ContentDigest> digests) {
        return connection
                .preparedQuery(
                        """
                        UPDATE contents SET touched_at = now() WHERE digest = ANY ($1) AND whole
                        RETURNING digest, size
                        """)
                .execute(
                        Tuple.of(digests.stream().map(ContentDigest::value).toArray(String[]::new)))
                .map(rows -> {
                    var sizes = new HashMap<ContentDigest, Long>();
                    rows.forEach(row ->
                            sizes.put(
                                    new ContentDigest(row.getString("digest")),
                                    row.getLong("size")));
                    return sizes;
                });
    }

    /// Writes down that the run names them.
    public Uni<Void> name(
            SqlConnection connection,
            TenantId tenant,
            RunId run,
            Collection<ContentDigest> digests) {
        return connection
                .preparedQuery(
                        """
                        INSERT INTO run_contents (tenant, run, digest)
                        SELECT DISTINCT $1, $2::uuid, digest FROM unnest($3::text[]) AS named (digest)
                        """)
                .execute(
                        Tuple.of(
                                tenant.value(),
                                run.value(),
                                digests.stream().map(ContentDigest::value).toArray(String[]::new)))
                .replaceWithVoid();
    }

    Uni<UUID> begin(SqlConnection connection, TenantId tenant, ContentDigest digest) {
        UUID upload = UUID.randomUUID();
        return connection
                .preparedQuery("INSERT INTO contents (tenant, id, digest) VALUES ($1, $2, $3)")
                .execute(Tuple.of(tenant.value(), upload, digest.value()))
                .replaceWith(upload);
    }

    /// @param start how many bytes there were before
    Uni<Void> append(
            SqlConnection connection, TenantId tenant, UUID upload, long start, byte[] bytes) {
        return connection
                .preparedQuery(
                        "UPDATE contents SET size = $2, touched_at = now() WHERE id = $1 AND NOT whole RETURNING id")
                .execute(Tuple.of(upload, start + bytes.length))
                .map(rows -> {
                    if (rows.size() == 0) {
                        throw new IllegalStateException("upload %s was given up".formatted(upload));
                    }
                    return rows;
                })
                .chain(() ->
                        connection
                                .preparedQuery(
                                        "INSERT INTO content_chunks (tenant, content, start, bytes) VALUES ($1, $2, $3, $4)")
                                .execute(
                                        Tuple.of(tenant.value(), upload, start)
                                                .addBuffer(Buffer.buffer(bytes))))
                .replaceWithVoid();
    }

    /// Makes the upload a content; where another was faster it goes.
    Uni<Void> finish(SqlConnection connection, UUID upload) {
        return connection
                .preparedQuery(
                        """
                        UPDATE contents c SET whole = true, touched_at = now()
                        WHERE id = $1 AND NOT EXISTS (
                            SELECT FROM contents o WHERE o.tenant = c.tenant AND o.digest = c.digest AND o.whole)
                        """)
                .execute(Tuple.of(upload))
                .chain(() -> drop(connection, upload));
    }

    /// Takes away an upload that is not whole.
    Uni<Void> drop(SqlConnection connection, UUID upload) {
        return connection
                .preparedQuery("DELETE FROM contents WHERE id = $1 AND NOT whole")
                .execute(Tuple.of(upload))
                .replaceWithVoid();
    }

    /// The bytes from `at` to the end of the chunk they are in; nothing at the content's end, or if
    /// it was taken away.
    Uni<Optional<byte[]>> read(SqlConnection connection, StoredContent content, long at) {
        return connection
                .preparedQuery(
                        """
                        SELECT substring(bytes FROM ($2 - start + 1)::int) AS bytes FROM content_chunks
                        WHERE content = $1 AND start <= $2 ORDER BY start DESC LIMIT 1
                        """)
                .execute(Tuple.of(content.id(), at))
                .map(rows ->
                        StreamSupport.stream(rows.spliterator(), false)
                                .map(row -> row.getBuffer("bytes").getBytes())
                                .filter(bytes -> bytes.length > 0)
                                .findFirst());
    }

    /// Takes away uploads that stopped, and contents that no run needs any more: none that is
    /// unfinished, none that settled within `kept`, and none that could be taken up again (a
    /// cluster's last).
    ///
    /// @return how many
    public Uni<Integer> sweep(SqlConnection connection, Duration uploadPatience, Duration kept) {
        return connection
                .preparedQuery(SWEEP)
                .execute(Tuple.of((double) uploadPatience.toSeconds(), (double) kept.toSeconds()))
                .map(rows -> rows.rowCount());
    }
}
