package dev.slipway.planner.content;

import dev.slipway.chassis.identity.Caller;
import dev.slipway.chassis.identity.Roles;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.outcome.ReasonCode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;

/// Contents by digest. Streams both ways, so all of it blocks on virtual threads.
@Path("/v1/contents/{digest}")
@Tag(name = "contents")
@RunOnVirtualThread
class ContentResource {
    private final ContentDesk desk;
    private final Caller caller;

    @Inject
    ContentResource(ContentDesk desk, Caller caller) {
        this.desk = desk;
        this.caller = caller;
    }

    @PUT
    @RolesAllowed(Roles.OPERATOR)
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(summary = "Stores a public file; its SHA-256 must be the one in the path.")
    public void put(@RestPath String digest, InputStream bytes) {
        try {
            desk.take(caller.tenant(), digest(digest), bytes);
        } catch (IOException e) {
            // Nobody hears this any more, or the sender stopped in the middle.
            throw ProblemFailure.of(
                    ReasonCode.INVALID_REQUEST,
                    400,
                    "the content broke off (%s): nothing is kept of it".formatted(e.getMessage()));
        }
    }

    @HEAD
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Whether it is there; if so, it stays for a while.")
    public Response head(@RestPath String digest) {
        StoredContent content = desk.keep(caller.tenant(), digest(digest));
        return Response.ok().header("Content-Length", content.size()).build();
    }

    /// An executor has no tenant: the signed order that names the digest is what entitles it, and
    /// contents are public.
    @GET
    @RolesAllowed({Roles.SERVICE_EXECUTOR, Roles.OPERATOR})
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(summary = "The bytes of that SHA-256, or one range of them (RFC 9110 §14).")
    public Response get(@RestPath String digest, @RestHeader("Range") Optional<String> range) {
        var reader =
                new ContentDesk.Reader(
                        caller.service().isPresent()
                                ? Optional.empty()
                                : Optional.of(caller.tenant()));
        StoredContent content = desk.find(reader, digest(digest));
        ByteRange wanted =
                range.map(r -> ByteRange.of(r, content.size()))
                        .orElse(ByteRange.whole(content.size()));
        if (wanted.isOutside()) {
            return Response.status(416)
                    .header("Content-Range", "bytes */" + content.size())
                    .build();
        }
        Response.ResponseBuilder answer =
                wanted.isWhole()
                        ? Response.ok()
                        : Response.status(206)
                                .header(
                                        "Content-Range",
                                        "bytes %d-%d/%d"
                                                .formatted(
                                                        wanted.from(),
                                                        wanted.to() - 1,
                                                        content.size()));
        StreamingOutput bytes = out -> desk.give(reader, content, wanted.from(), wanted.to(), out);
        return answer.entity(bytes)
                .header("Accept-Ranges", "bytes")
                .header("Content-Length", wanted.to() - wanted.from())
                .build();
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
