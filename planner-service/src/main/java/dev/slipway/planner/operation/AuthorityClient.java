package dev.slipway.planner.operation;

import dev.slipway.chassis.identity.ServiceClient;
import dev.slipway.chassis.identity.ServiceClients;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.Endpoint;
import dev.slipway.planner.plan.AuthorityInfo;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Instant;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Asks the certificate service for a cluster's authority. Asking again gives the same authority,
/// and a token that lives as long as was asked last.
@ApplicationScoped
class AuthorityClient {
    /// @param caValidity in days, `P3650D`
    /// @param leafValidity likewise
    /// @param endpoint under which the API will be reached
    private record Wanted(
            TenantId tenant,
            int generation,
            RunId run,
            String keyAlgorithm,
            String caValidity,
            String leafValidity,
            Instant tokenValidUntil,
            String endpoint) {}

    private record Opened(String pin, ContentDigest caDigest, String tokenId) {}

    private final ServiceClient service;

    /// @param url of the certificate service
    @Inject
    AuthorityClient(
            ServiceClients clients, @ConfigProperty(name = "slipway.cert-service.url") URI url) {
        this.service = clients.at(url);
    }

    /// Fails with UNAVAILABLE where the service does not answer.
    ///
    /// @param tokenValidUntil when the run's join token ends
    Uni<AuthorityInfo> open(RunRecord run, Clusterfile clusterfile, Instant tokenValidUntil) {
        var certificates = clusterfile.certificates();
        var wanted =
                new Wanted(
                        run.tenant(),
                        run.generation(),
                        run.id(),
                        certificates.keyAlgorithm(),
                        "P%dD".formatted(certificates.caValidity().toDays()),
                        "P%dD".formatted(certificates.validity().toDays()),
                        tokenValidUntil,
                        endpoint(clusterfile));
        return service.put(
                        "/v1/clusters/%s/authority".formatted(run.cluster()), wanted, Opened.class)
                .map(opened ->
                        new AuthorityInfo(opened.pin(), opened.caDigest(), opened.tokenId()));
    }

    /// Users are no nodes: an endpoint that only nodes can reach is no use to them, so they get a
    /// control plane's own address.
    private static String endpoint(Clusterfile clusterfile) {
        Endpoint endpoint = clusterfile.endpoint();
        String own = clusterfile.controlPlane().address().address();
        String host = endpoint.isLocal() ? own : endpoint.host().orElse(own);
        int port = endpoint.isLocal() ? clusterfile.apiPort() : endpoint.port();
        String form = host.contains(":") ? "https://[%s]:%d" : "https://%s:%d";
        return form.formatted(host, port);
    }
}
