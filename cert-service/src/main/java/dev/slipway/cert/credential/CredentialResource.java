package dev.slipway.cert.credential;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.identity.Caller;
import dev.slipway.chassis.identity.Roles;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.outcome.ReasonCode;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.logging.Logger;

/// Credentials: sent, listed, removed; never shown.
@Path("/v1/credentials")
@Produces(MediaType.APPLICATION_JSON)
class CredentialResource {
    private static final Logger LOG = Logger.getLogger(CredentialResource.class);
    private static final String NAME = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final String NAME_MESSAGE =
            "expected 1 to 63 lower-case letters, digits and inner hyphens";

    record Listing(List<CredentialStore.Listed> credentials) {}

    private final CredentialDesk credentials;
    private final Transactions transactions;
    private final Caller caller;

    @Inject
    CredentialResource(CredentialDesk credentials, Transactions transactions, Caller caller) {
        this.credentials = credentials;
        this.transactions = transactions;
        this.caller = caller;
    }

    /// Stores the credential, in place of one of the same name.
    @PUT
    @Path("/{name}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.OPERATOR)
    public Uni<Void> store(
            @PathParam("name") @Pattern(regexp = NAME, message = NAME_MESSAGE) String name,
            @NotNull @Valid CredentialRequest request) {
        return credentials.store(caller.tenant(), name, request, caller.actor());
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    public Uni<Listing> list() {
        TenantId tenant = caller.tenant();
        return transactions
                .inTenant(tenant, connection -> CredentialStore.list(connection, tenant))
                .map(Listing::new);
    }

    @DELETE
    @Path("/{name}")
    @RolesAllowed(Roles.OPERATOR)
    public Uni<Void> remove(
            @PathParam("name") @Pattern(regexp = NAME, message = NAME_MESSAGE) String name) {
        TenantId tenant = caller.tenant();
        String actor = caller.actor();
        return credentials
                .delete(tenant, name, actor)
                .invoke(removed -> requireRemoved(removed, name))
                .invoke(() ->
                        LOG.infof(
                                "\"%s\" removed credential \"%s\" of tenant \"%s\"",
                                actor, name, tenant))
                .replaceWithVoid();
    }

    private static void requireRemoved(boolean removed, String name) {
        if (!removed) {
            throw ProblemFailure.of(
                    ReasonCode.MATERIAL_MISSING,
                    404,
                    "there is no credential \"%s\"".formatted(name));
        }
    }
}
