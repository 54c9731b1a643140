package dev.slipway.planner.content;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.outcome.ReasonCode;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/// Takes contents in and gives them out, a chunk at a time: what comes after is read when the chunk
/// before is written. No transaction lasts longer than a chunk. Blocks.
@ApplicationScoped
class ContentDesk {
    private static final int CHUNK_BYTES = 1024 * 1024;

    private final Transactions transactions;
    private final ContentStore store;
    private final long maxSize;

    @Inject
    ContentDesk(Transactions transactions, ContentStore store, ContentConfig config) {
        this.transactions = transactions;
        this.store = store;
        this.maxSize = config.maxSize().asLongValue();
    }

    /// Who asks: one tenant's user, or an executor, who may read what any order names.
    record Reader(Optional<TenantId> tenant) {}

    /// @throws ProblemFailure CHECKSUM_MISMATCH, or 413 if it is too long; nothing is kept then,
    ///   nor if the sender breaks off
    void take(TenantId tenant, ContentDigest expected, InputStream bytes) throws IOException {
        if (touched(tenant, expected)) {
            bytes.transferTo(OutputStream.nullOutputStream());
            return;
        }
        UUID upload = inTenant(tenant, c -> store.begin(c, tenant, expected));
        boolean whole = false;
        try {
            ContentDigest actual = receive(tenant, upload, bytes);
            if (!actual.equals(expected)) {
                throw ProblemFailure.of(
                        ReasonCode.CHECKSUM_MISMATCH,
                        422,
                        "the content's SHA-256 is %s, the path says %s"
                                .formatted(actual, expected));
            }
            whole = finished(tenant, upload, expected);
        } finally {
            if (!whole) {
                this.<Void>inTenant(tenant, c -> store.drop(c, upload));
            }
        }
    }

    /// Of two that end at the same moment one is second, and refused by the index.
    private boolean finished(TenantId tenant, UUID upload, ContentDigest digest) {
        try {
            this.<Void>inTenant(tenant, c -> store.finish(c, upload));
            return true;
        } catch (RuntimeException e) {
            if (touched(tenant, digest)) {
                return false;
            }
            throw e;
        }
    }

    private ContentDigest receive(TenantId tenant, UUID upload, InputStream bytes)
            throws IOException {
        MessageDigest sha256 = sha256();
        long size = 0;
        while (true) {
            byte[] chunk = bytes.readNBytes(CHUNK_BYTES);
            if (chunk.length == 0) {
                return new ContentDigest(HexFormat.of().formatHex(sha256.digest()));
            }
            long start = size;
            size += chunk.length;
            if (size > maxSize) {
                throw ProblemFailure.of(
                        ReasonCode.INVALID_REQUEST,
                        413,
                        "the content has more than %d bytes: at most so many are taken (slipway.contents.max-size); have the hosts fetch it from a URL"
                                .formatted(maxSize));
            }
            sha256.update(chunk);
            this.<Void>inTenant(tenant, c -> store.append(c, tenant, upload, start, chunk));
        }
    }

    private boolean touched(TenantId tenant, ContentDigest digest) {
        return !inTenant(tenant, c -> store.touch(c, List.of(digest))).isEmpty();
    }

    /// The content, which stays for a while now.
    ///
    /// @throws ProblemFailure 404 if it is not there
    StoredContent keep(TenantId tenant, ContentDigest digest) {
        touched(tenant, digest);
        return find(new Reader(Optional.of(tenant)), digest);
    }

    /// @throws ProblemFailure 404 if it is not there
    StoredContent find(Reader reader, ContentDigest digest) {
        return as(reader, c -> store.find(c, digest))
                .orElseThrow(() ->
                        ProblemFailure.of(
                                ReasonCode.MATERIAL_MISSING,
                                404,
                                "no content has the SHA-256 " + digest));
    }

    /// Writes the bytes `from` to `to`, without that one.
    void give(Reader reader, StoredContent content, long from, long to, OutputStream out)
            throws IOException {
        long at = from;
        while (at < to) {
            long here = at;
            byte[] chunk =
                    as(reader, c -> store.read(c, content, here))
                            .orElseThrow(() ->
                                    new IOException(
                                            "content %s was taken away while it was read"
                                                    .formatted(content.digest())));
            int length = (int) Math.min(chunk.length, to - at);
            out.write(chunk, 0, length);
            at += length;
        }
        out.flush();
    }

    private <T> T as(Reader reader, Function<SqlConnection, Uni<T>> work) {
        return reader.tenant().isPresent()
                ? inTenant(reader.tenant().get(), work)
                : transactions.asWorker(work).await().indefinitely();
    }

    private <T> T inTenant(TenantId tenant, Function<SqlConnection, Uni<T>> work) {
        return transactions.inTenant(tenant, work).await().indefinitely();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
