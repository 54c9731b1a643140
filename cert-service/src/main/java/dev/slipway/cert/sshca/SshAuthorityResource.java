package dev.slipway.cert.sshca;

import dev.slipway.chassis.identity.Caller;
import dev.slipway.chassis.identity.Roles;
import dev.slipway.contracts.id.TenantId;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The public half of the tenant's SSH authority: what hosts must trust.
@Path("/v1/ssh-authority")
@Produces(MediaType.APPLICATION_JSON)
class SshAuthorityResource {
    /// @param keys the newest first
    record Shown(TenantId tenant, List<SshAuthorityKey> keys) {}

    /// @param use false to make the key that will sign next (the default), true to let it sign
    record RotationRequest(Optional<Boolean> use) {}

    private final SshAuthorityDesk desk;
    private final Caller caller;

    @Inject
    SshAuthorityResource(SshAuthorityDesk desk, Caller caller) {
        this.desk = desk;
        this.caller = caller;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    public Uni<Shown> show() {
        TenantId tenant = caller.tenant();
        return desk.keys(tenant, caller.actor()).map(keys -> new Shown(tenant, keys));
    }

    @POST
    @Path("/rotations")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.ADMIN)
    public Uni<Shown> rotate(@Valid @Nullable RotationRequest request) {
        TenantId tenant = caller.tenant();
        boolean use = request != null && request.use().orElse(false);
        String actor = caller.actor();
        return (use ? desk.useNext(tenant, actor) : desk.prepareNext(tenant, actor))
                .map(keys -> new Shown(tenant, keys));
    }
}
