package dev.slipway.planner.host;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.identity.Caller;
import dev.slipway.chassis.identity.Roles;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.outcome.ReasonCode;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;

/// Hosts and the host keys that are trusted.
@Path("/v1/hosts")
@Tag(name = "hosts")
class HostResource {
    /// @param keys each as `type base64`
    /// @param replace whether the keys known so far are forgotten
    record TrustedKeys(
            @NotNull @Size(min = 1, max = 16) List<HostKey> keys, Optional<Boolean> replace) {}

    private final Transactions transactions;
    private final HostStore store;
    private final HostViews views;
    private final Caller caller;

    @Inject
    HostResource(Transactions transactions, HostStore store, HostViews views, Caller caller) {
        this.transactions = transactions;
        this.store = store;
        this.views = views;
        this.caller = caller;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Operation(summary = "All hosts of the tenant.")
    public Uni<HostView.Listing> list() {
        TenantId tenant = caller.tenant();
        return transactions.inTenant(tenant, c -> views.all(c, tenant).map(HostView.Listing::new));
    }

    @GET
    @Path("/{address}")
    @RolesAllowed(Roles.VIEWER)
    @Operation(summary = "One host, by address:port.")
    public Uni<HostView> get(@RestPath String address) {
        TenantId tenant = caller.tenant();
        HostAddress host = host(address);
        return transactions.inTenant(tenant, c -> existing(c, tenant, host));
    }

    @PUT
    @Path("/{address}/host-keys")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Trusts SSH host keys of a host.")
    public Uni<HostView> trust(@RestPath String address, @NotNull @Valid TrustedKeys trusted) {
        TenantId tenant = caller.tenant();
        String actor = caller.actor();
        HostAddress host = host(address);
        boolean replace = trusted.replace().orElse(false);
        return transactions.inTenant(
                tenant,
                c ->
                        (replace ? store.unpin(c, tenant, host) : Uni.createFrom().voidItem())
                                .chain(() -> store.pin(c, tenant, host, trusted.keys(), actor))
                                .chain(() -> views.one(c, tenant, host))
                                .map(found -> found.orElseGet(() -> unseen(host, trusted))));
    }

    private Uni<HostView> existing(SqlConnection connection, TenantId tenant, HostAddress host) {
        return views.one(connection, tenant, host)
                .map(found ->
                        found.orElseThrow(() ->
                                ProblemFailure.of(
                                        ReasonCode.INVALID_REQUEST,
                                        404,
                                        "no host \"%s\" is known".formatted(host))));
    }

    /// Keys may be trusted before a host is first used.
    private static HostView unseen(HostAddress host, TrustedKeys trusted) {
        return new HostView(
                host,
                host.address(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                trusted.keys().stream().map(HostView.KnownKey::of).toList(),
                Optional.empty());
    }

    private static HostAddress host(String text) {
        try {
            return HostAddress.of(text);
        } catch (IllegalArgumentException e) {
            throw ProblemFailure.of(
                    ReasonCode.INVALID_REQUEST, 400, String.valueOf(e.getMessage()));
        }
    }
}
