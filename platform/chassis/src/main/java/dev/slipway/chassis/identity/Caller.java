package dev.slipway.chassis.identity;

import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.outcome.ReasonCode;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.Set;

/// Who makes the current request. Usable on routes that name a role; roles themselves are checked
/// by `@RolesAllowed` with the constants of [Roles].
@RequestScoped
public class Caller {
    private final SecurityIdentity identity;

    @Inject
    Caller(SecurityIdentity identity) {
        this.identity = identity;
    }

    /// The tenant that the user belongs to; all the caller may see.
    ///
    /// @throws ProblemFailure NOT_PERMITTED (403) if the caller is a service, which has none
    public TenantId tenant() {
        TenantId tenant = identity.getAttribute(CallerAugmentor.TENANT);
        if (tenant == null) {
            throw ProblemFailure.of(
                    ReasonCode.NOT_PERMITTED,
                    403,
                    "\"%s\" is a service and belongs to no tenant: a user's token is needed"
                            .formatted(actor()));
        }
        return tenant;
    }

    /// The name that events and the ledger carry: a user's name (claim `upn`, else `sub`) or a
    /// service's SPIFFE id.
    public String actor() {
        return identity.getPrincipal().getName();
    }

    /// All roles, the implied ones included.
    public Set<String> roles() {
        return identity.getRoles();
    }

    public boolean hasRole(String role) {
        return identity.hasRole(role);
    }

    /// Present if the caller is a service.
    public Optional<ServiceIdentity> service() {
        return Optional.ofNullable(identity.getAttribute(CallerAugmentor.SERVICE));
    }

    /// The executor's pool.
    ///
    /// @throws ProblemFailure NOT_PERMITTED (403) if the caller is no executor
    public PoolName pool() {
        return service()
                .flatMap(ServiceIdentity::pool)
                .orElseThrow(() ->
                        ProblemFailure.of(
                                ReasonCode.NOT_PERMITTED,
                                403,
                                "\"%s\" is no executor".formatted(actor())));
    }
}
