package dev.slipway.chassis.probe;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.event.CloudEvent;
import dev.slipway.chassis.identity.Caller;
import dev.slipway.chassis.identity.Roles;
import dev.slipway.chassis.outbox.Outbox;
import dev.slipway.chassis.outbox.OutboxRecord;
import dev.slipway.chassis.problem.Problem;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.StreamSupport;

/// Routes of every kind that the chassis serves.
@Path("/v1/notes")
public class NoteResource {
    static final RunId RUN_IN_THE_WAY = RunId.of("01890a5d-ac96-774b-bcce-b302099a8057");

    public record Who(
            String actor, Set<String> roles, Optional<String> pool, Optional<String> tenant) {}

    public record Draft(@Size(max = 20) String text, RunOutcome outcome, ClusterName cluster) {}

    private final Caller caller;
    private final Transactions transactions;
    private final Outbox outbox;

    @Inject
    NoteResource(Caller caller, Transactions transactions, Outbox outbox) {
        this.caller = caller;
        this.transactions = transactions;
        this.outbox = outbox;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    public Uni<List<String>> texts() {
        return transactions.inTenant(
                caller.tenant(),
                connection ->
                        connection
                                .query("SELECT text FROM note ORDER BY text")
                                .execute()
                                .map(rows ->
                                        StreamSupport.stream(rows.spliterator(), false)
                                                .map(row -> row.getString(0))
                                                .toList()));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.OPERATOR)
    public Uni<Void> add(@Valid Draft draft) {
        TenantId tenant = caller.tenant();
        return transactions.inTenant(
                tenant,
                connection ->
                        connection
                                .preparedQuery(
                                        "INSERT INTO note (id, tenant, text) VALUES ($1, $2, $3)")
                                .execute(Tuple.of(UUID.randomUUID(), tenant.value(), draft.text()))
                                .chain(() -> outbox.add(connection, record(tenant, draft))));
    }

    @GET
    @Path("/who")
    @RolesAllowed({Roles.VIEWER, Roles.SERVICE})
    public Who who() {
        return new Who(
                caller.actor(),
                new TreeSet<>(caller.roles()),
                caller.service().flatMap(service -> service.pool()).map(Object::toString),
                caller.service().isPresent()
                        ? Optional.empty()
                        : Optional.of(caller.tenant().value()));
    }

    @GET
    @Path("/for-executors")
    @RolesAllowed(Roles.SERVICE_EXECUTOR)
    public String forExecutors() {
        return caller.pool().value();
    }

    @GET
    @Path("/without-role")
    public String withoutRole() {
        return "nobody reads this";
    }

    @GET
    @Path("/conflict")
    @RolesAllowed(Roles.VIEWER)
    public String conflict() {
        throw new ProblemFailure(
                Problem.of(ReasonCode.RUN_IN_PROGRESS, 409, "a run is changing \"demo\"")
                        .withRun(RUN_IN_THE_WAY));
    }

    @GET
    @Path("/bug")
    @RolesAllowed(Roles.VIEWER)
    public String bug() {
        throw new IllegalStateException("the password is hunter2");
    }

    private OutboxRecord record(TenantId tenant, Draft draft) {
        var event =
                new RunEvent.RunPaused(
                        tenant, draft.cluster(), RunId.next(), caller.actor(), Instant.now());
        return new OutboxRecord(
                Topics.RUNS,
                tenant + "/" + draft.cluster(),
                CloudEvent.of("/slipway/probe", event, event.at())
                        .withTenant(tenant)
                        .withActor(caller.actor())
                        .withRun(event.run()));
    }
}
