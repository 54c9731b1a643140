package dev.slipway.cert.vault;

import dev.slipway.chassis.identity.Caller;
import dev.slipway.chassis.identity.Roles;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/// Care of the vault.
@Path("/v1/vault")
@Produces(MediaType.APPLICATION_JSON)
class VaultResource {
    private final Rotation rotation;
    private final Caller caller;

    @Inject
    VaultResource(Rotation rotation, Caller caller) {
        this.rotation = rotation;
        this.caller = caller;
    }

    /// Rotates the key-encryption key. After a leak of the key file do it twice: the key before the
    /// present one is kept until the next rotation.
    @POST
    @Path("/rotations")
    @RolesAllowed(Roles.ADMIN)
    public Uni<Rotation.Rotated> rotate() {
        return rotation.rotate(caller.actor());
    }
}
