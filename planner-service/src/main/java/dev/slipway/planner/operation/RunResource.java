package dev.slipway.planner.operation;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.identity.Caller;
import dev.slipway.chassis.identity.Roles;
import dev.slipway.contracts.id.RunId;
import dev.slipway.planner.run.RunInput;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/// Runs: open one, look at it, command it. Reading a Clusterfile takes time, so all of it blocks on
/// virtual threads.
@Path("/v1/runs")
@Tag(name = "runs")
@RunOnVirtualThread
class RunResource {
    private final Transactions transactions;
    private final RunDesk desk;
    private final ExecDesk execs;
    private final ViewDesk asked;
    private final RunViews views;
    private final ReportStore reports;
    private final Caller caller;

    @Inject
    RunResource(
            Transactions transactions,
            RunDesk desk,
            ExecDesk execs,
            ViewDesk asked,
            RunViews views,
            ReportStore reports,
            Caller caller) {
        this.transactions = transactions;
        this.desk = desk;
        this.execs = execs;
        this.asked = asked;
        this.views = views;
        this.reports = reports;
        this.caller = caller;
    }

    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Opens a run.")
    public Response open(@NotNull @Valid RunRequest request) {
        RunView opened =
                switch (request.operation()) {
                    case APPLY, ADOPT, RESET, BACKUP, RESTORE, CHECK ->
                            desk.open(caller.tenant(), caller.actor(), request);
                    case EXEC -> execs.open(caller.tenant(), caller.actor(), request);
                    case VIEW ->
                            throw Refusal.invalid(
                                    "operation view has a route of its own: POST /v1/runs/views");
                };
        return Response.created(URI.create("/v1/runs/" + opened.id())).entity(opened).build();
    }

    @POST
    @Path("/views")
    @RolesAllowed(Roles.VIEWER)
    @Operation(summary = "Opens a run that asks a cluster's API server what runs in it.")
    public Response view(@NotNull @Valid ViewRequest request) {
        RunView opened = asked.open(caller.tenant(), caller.actor(), request);
        return Response.created(URI.create("/v1/runs/" + opened.id())).entity(opened).build();
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Operation(summary = "The latest runs.")
    public RunView.Listing list(
            @RestQuery Optional<String> cluster,
            @RestQuery @DefaultValue("50") @Min(1) @Max(500) int limit) {
        return read(c -> views.latest(c, cluster, limit).map(RunView.Listing::new));
    }

    @GET
    @Path("/{run}")
    @RolesAllowed(Roles.VIEWER)
    @Operation(summary = "One run.")
    public RunView get(@RestPath String run) {
        return read(c -> views.one(c, id(run))).orElseThrow(() -> Refusal.unknownRun(run));
    }

    @GET
    @Path("/{run}/plan")
    @RolesAllowed(Roles.VIEWER)
    @Operation(summary = "A run's plan, once it is made.")
    public PlanView plan(@RestPath String run) {
        return read(c -> views.plan(c, id(run))).orElseThrow(() -> Refusal.unknownPlan(run));
    }

    @GET
    @Path("/{run}/checks")
    @RolesAllowed(Roles.VIEWER)
    @Operation(summary = "What a run found on its hosts before it changed anything.")
    public ReportView checks(@RestPath String run) {
        return read(c -> reports.read(c, id(run))).orElseThrow(() -> Refusal.unknownRun(run));
    }

    @POST
    @Path("/{run}/cancel")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Ends the run's tasks on their hosts and starts no more.")
    public RunView cancel(@RestPath String run) {
        return desk.command(caller.tenant(), id(run), new RunInput.Cancel(caller.actor()));
    }

    @POST
    @Path("/{run}/pause")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Starts no more tasks until the run is resumed.")
    public RunView pause(@RestPath String run) {
        return desk.command(caller.tenant(), id(run), new RunInput.Pause(caller.actor()));
    }

    @POST
    @Path("/{run}/resume")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Lets a paused run go on.")
    public RunView resume(@RestPath String run) {
        return desk.command(caller.tenant(), id(run), new RunInput.Resume(caller.actor()));
    }

    @POST
    @Path("/{run}/retry")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Takes up what did not succeed again, with the same frozen plan.")
    public RunView retry(@RestPath String run) {
        return desk.retry(caller.tenant(), id(run), caller.actor());
    }

    private <T> T read(Function<SqlConnection, Uni<T>> query) {
        return transactions.inTenant(caller.tenant(), query).await().indefinitely();
    }

    private static RunId id(String run) {
        try {
            return RunId.of(run);
        } catch (IllegalArgumentException _) {
            throw Refusal.unknownRun(run);
        }
    }
}
