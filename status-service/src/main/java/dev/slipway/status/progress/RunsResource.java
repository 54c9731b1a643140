package dev.slipway.status.progress;

import dev.slipway.chassis.identity.Caller;
import dev.slipway.chassis.identity.Roles;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.status.stream.RunKey;
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

/// Reads of runs. Right after a run was opened it may not be known here yet (404 UNKNOWN_RUN).
@Path("/v1/runs")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.VIEWER)
class RunsResource {
    private final RunViews views;
    private final RunList list;
    private final Caller caller;

    @Inject
    RunsResource(RunViews views, RunList list, Caller caller) {
        this.views = views;
        this.list = list;
        this.caller = caller;
    }

    /// @param runs the latest first
    record Runs(List<RunLine> runs) {}

    /// @param timeline the earliest first
    record Lines(List<TimelineEntry> timeline) {}

    @GET
    public Uni<Runs> runs(
            @RestQuery Optional<String> cluster,
            @RestQuery @DefaultValue("50") @Min(1) @Max(500) int limit) {
        return list.latest(caller.tenant(), cluster, limit).map(Runs::new);
    }

    @GET
    @Path("/{id}")
    public Uni<RunProgress> run(@RestPath UUID id) {
        return views.progress(key(id));
    }

    @GET
    @Path("/{id}/timeline")
    public Uni<Lines> timeline(@RestPath UUID id) {
        return views.timeline(key(id)).map(Lines::new);
    }

    @GET
    @Path("/{id}/tasks/{task}")
    public Uni<TaskProgress> task(@RestPath UUID id, @RestPath UUID task) {
        return views.task(key(id), new TaskId(task));
    }

    private RunKey key(UUID id) {
        return new RunKey(caller.tenant(), new RunId(id));
    }
}
