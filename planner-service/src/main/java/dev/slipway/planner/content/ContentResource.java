package dev.slipway.planner.content;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.identity.Caller;
import dev.slipway.chassis.identity.Roles;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.outcome.ReasonCode;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;

/// Contents by digest, at most 8 MiB each.
@Path("/v1/contents/{digest}")
@Tag(name = "contents")
class ContentResource {
    static final int MAX_BYTES = 8 * 1024 * 1024;

    private final Transactions transactions;
    private final Caller caller;

    @Inject
    ContentResource(Transactions transactions, Caller caller) {
        this.transactions = transactions;
        this.caller = caller;
    }

    @PUT
    @RolesAllowed(Roles.OPERATOR)
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(summary = "Stores a public file; its SHA-256 must be the one in the path.")
    public Uni<Void> put(@RestPath String digest, byte[] bytes) {
        TenantId tenant = caller.tenant();
        ContentDigest expected = digest(digest);
        if (bytes.length > MAX_BYTES) {
            throw ProblemFailure.of(
                    ReasonCode.INVALID_REQUEST,
                    413,
                    "the content has %d bytes: at most %d are taken"
                            .formatted(bytes.length, MAX_BYTES));
        }
        ContentDigest actual = ContentDigest.ofBytes(bytes);
        if (!actual.equals(expected)) {
            throw ProblemFailure.of(
                    ReasonCode.CHECKSUM_MISMATCH,
                    422,
                    "the content's SHA-256 is %s, the path says %s".formatted(actual, expected));
        }
        return transactions.sqlInTenant(
                tenant,
                c ->
                        c.preparedQuery(
                                        """
                                        INSERT INTO contents (tenant, digest, bytes) VALUES ($1, $2, $3)
                                        ON CONFLICT DO NOTHING
                                        """)
                                .execute(
                                        Tuple.of(tenant.value(), actual.value())
                                                .addBuffer(Buffer.buffer(bytes)))
                                .replaceWithVoid());
    }

    /// An executor has no tenant: the signed order that names the digest is what entitles it, and
    /// contents are public.
    @GET
    @RolesAllowed({Roles.SERVICE_EXECUTOR, Roles.OPERATOR})
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(summary = "The bytes of that SHA-256.")
    public Uni<byte[]> get(@RestPath String digest) {
        ContentDigest wanted = digest(digest);
        return caller.service().isPresent()
                ? transactions.asWorker(c -> read(c, wanted))
                : transactions.sqlInTenant(caller.tenant(), c -> read(c, wanted));
    }

    private static Uni<byte[]> read(SqlConnection connection, ContentDigest wanted) {
        return connection
                .preparedQuery("SELECT bytes FROM contents WHERE digest = $1 LIMIT 1")
                .execute(Tuple.of(wanted.value()))
                .map(rows -> {
                    if (rows.size() == 0) {
                        throw ProblemFailure.of(
                                ReasonCode.INVALID_REQUEST,
                                404,
                                "no content has the SHA-256 " + wanted);
                    }
                    return rows.iterator().next().getBuffer(0).getBytes();
                });
    }

    private static ContentDigest digest(String text) {
        try {
            return ContentDigest.of(text);
        } catch (IllegalArgumentException e) {
            throw ProblemFailure.of(
                    ReasonCode.INVALID_REQUEST, 400, String.valueOf(e.getMessage()));
        }
    }
}
