package dev.slipway.status.stream;

import dev.slipway.chassis.identity.Caller;
import dev.slipway.chassis.identity.Roles;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.status.stream.RunFollower.Beat;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/// A run's events as they happen (WHATWG HTML, server-sent events). `id` is the cursor, so that a
/// client that sends `Last-Event-ID` misses nothing and gets nothing twice. Ends when the run has
/// settled and all that is known of it is there, at the latest when nothing came for
/// `slipway.status.stream.patience`, with a `StreamEnded` (no id, the data is a [Missing]); a retry
/// is followed by connecting again.
@Path("/v1/runs/{id}/events")
@RolesAllowed(Roles.VIEWER)
class EventsResource {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final RunFollower follower;
    private final Caller caller;

    @Inject
    EventsResource(RunFollower follower, Caller caller) {
        this.follower = follower;
        this.caller = caller;
    }

    // Whether there is such a run is asked before the first byte: once a stream has begun it can't
    // become a 404 any more. That one question blocks; the stream does not.
    @GET
    @Blocking
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Multi<OutboundSseEvent> events(
            @RestPath UUID id,
            @RestQuery @DefaultValue("true") boolean output,
            @RestHeader("Last-Event-ID") Optional<String> lastEventId,
            @Context Sse sse) {
        var run = new RunKey(caller.tenant(), new RunId(id));
        long after = lastEventId.map(EventsResource::cursor).orElse(0L);
        follower.require(run).await().atMost(PATIENCE);
        return follower.follow(run, after, output).map(beat -> event(sse, beat));
    }

    private static OutboundSseEvent event(Sse sse, Beat beat) {
        return switch (beat) {
            case Beat.Happened(StreamEvent e) ->
                    sse.newEventBuilder()
                            .id(Long.toString(e.cursor()))
                            .name(e.kind())
                            .data(e.json())
                            .build();
            case Beat.Silence() -> sse.newEventBuilder().comment("still here").build();
            case Beat.Ended(Missing missing) ->
                    sse.newEventBuilder()
                            .name("StreamEnded")
                            .data(new String(Wire.bytes(missing), StandardCharsets.UTF_8))
                            .build();
        };
    }

    private static long cursor(String lastEventId) {
        try {
            return Math.max(0, Long.parseLong(lastEventId.strip()));
        } catch (NumberFormatException e) {
            throw ProblemFailure.of(
                    ReasonCode.INVALID_REQUEST,
                    400,
                    "Last-Event-ID must be the id of an event of this run, a whole number");
        }
    }
}
