package dev.slipway.status.output;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.slipway.chassis.identity.Caller;
import dev.slipway.chassis.identity.Roles;
import dev.slipway.contracts.id.RunId;
import dev.slipway.status.stream.RunKey;
import dev.slipway.status.stream.StreamEvent;
import dev.slipway.status.stream.StreamReader;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/// Reads what the tasks of a run printed.
@Path("/v1/runs/{id}/output")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.VIEWER)
class OutputResource {
    private final StreamReader stream;
    private final Caller caller;

    @Inject
    OutputResource(StreamReader stream, Caller caller) {
        this.stream = stream;
        this.caller = caller;
    }

    /// @param json an `OutputChunk` as the contracts write it, which is how it is kept
    record Piece(@JsonValue @JsonRawValue String json) {}

    /// @param chunks in order
    /// @param next what to pass as `after` for what follows
    record Output(List<Piece> chunks, long next) {}

    /// @param host only of this `address:port`
    /// @param phase only of this phase
    /// @param after only what follows this cursor
    @GET
    public Uni<Output> output(
            @RestPath UUID id,
            @RestQuery Optional<String> host,
            @RestQuery Optional<String> phase,
            @RestQuery @DefaultValue("0") @Min(0) long after,
            @RestQuery @DefaultValue("200") @Min(1) @Max(1000) int limit) {
        var run = new RunKey(caller.tenant(), new RunId(id));
        var wanted =
                new StreamReader.WantedOutput(
                        run, after, host.orElse(null), phase.orElse(null), limit);
        return stream.output(wanted).map(events -> output(events, after));
    }

    private static Output output(List<StreamEvent> events, long after) {
        return new Output(
                events.stream().map(e -> new Piece(e.json())).toList(),
                events.isEmpty() ? after : events.getLast().cursor());
    }
}
