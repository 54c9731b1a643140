package dev.slipway.status.certificate;

import dev.slipway.chassis.identity.Caller;
import dev.slipway.chassis.identity.Roles;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.outcome.ReasonCode;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;

/// Lists what was issued to a cluster and when it ends.
@Path("/v1/clusters/{cluster}/certificates")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.VIEWER)
class CertificatesResource {
    private final CertificateStore store;
    private final Caller caller;

    @Inject
    CertificatesResource(CertificateStore store, Caller caller) {
        this.store = store;
        this.caller = caller;
    }

    /// @param certificates the latest first
    record Certificates(List<CertificateLine> certificates) {}

    /// 404 UNKNOWN_CLUSTER while nothing was issued to it.
    @GET
    public Uni<Certificates> certificates(@RestPath String cluster) {
        return store.issued(caller.tenant(), cluster)
                .invoke(lines -> {
                    if (lines.isEmpty()) {
                        throw ProblemFailure.of(
                                ReasonCode.UNKNOWN_CLUSTER,
                                404,
                                "nothing was issued to a cluster of that name (yet)");
                    }
                })
                .map(Certificates::new);
    }
}
