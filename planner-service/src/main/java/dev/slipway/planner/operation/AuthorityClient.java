package dev.slipway.planner.operation;

import dev.slipway.chassis.identity.ServiceClient;
import dev.slipway.chassis.identity.ServiceClients;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.Endpoint;
import dev.slipway.planner.clusterfile.K0sConfig;
import dev.slipway.planner.plan.AuthorityInfo;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.ApiAddress;
import dev.slipway.planner.plan.node.NodeAddress;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Asks the certificate service for a cluster's authority. Asking again gives the same authority,
/// and a token that lives as long as was asked last.
@ApplicationScoped
class AuthorityClient {
    /// @param caValidity in days, `P3650D`
    /// @param leafValidity likewise
    /// @param endpoint under which users will reach the API
    /// @param k0s by which servers hosts will join, with k0s
    private record Wanted(
            TenantId tenant,
            int generation,
            RunId run,
            String keyAlgorithm,
            String caValidity,
            String leafValidity,
            Instant tokenValidUntil,
            String endpoint,
            Optional<K0sServers> k0s) {}

    /// @param apiServer of workers, `https://host:port`
    /// @param joinServer of controllers, likewise
    record K0sServers(String apiServer, String joinServer) {}

    private record Opened(
            String pin,
            ContentDigest caDigest,
            String tokenId,
            Optional<String> controllerTokenId) {}

    private final ServiceClient service;

    /// @param url of the certificate service
    @Inject
    AuthorityClient(
            ServiceClients clients, @ConfigProperty(name = "slipway.cert-service.url") URI url) {
        this.service = clients.at(url);
    }

    /// Fails with UNAVAILABLE where the service does not answer.
    ///
    /// @param tokenValidUntil when the run's join tokens end
    Uni<AuthorityInfo> open(RunRecord run, PlanInput input, Instant tokenValidUntil) {
        var certificates = input.clusterfile().certificates();
        var wanted =
                new Wanted(
                        run.tenant(),
                        run.generation(),
                        run.id(),
                        certificates.keyAlgorithm(),
                        "P%dD".formatted(certificates.caValidity().toDays()),
                        "P%dD".formatted(certificates.validity().toDays()),
                        tokenValidUntil,
                        endpoint(input),
                        k0sServers(input));
        return service.put(
                        "/v1/clusters/%s/authority".formatted(run.cluster()), wanted, Opened.class)
                .map(opened ->
                        new AuthorityInfo(
                                opened.pin(),
                                opened.caDigest(),
                                opened.tokenId(),
                                opened.controllerTokenId()));
    }

    /// Users are no nodes: an endpoint that only nodes can reach is no use to them, so they get a
    /// control plane's own address.
    private static String endpoint(PlanInput input) {
        Endpoint endpoint = input.clusterfile().endpoint();
        String own = input.lead().address().address();
        String host = endpoint.isLocal() ? own : endpoint.host().orElse(own);
        int port = endpoint.isLocal() ? input.clusterfile().apiPort() : endpoint.port();
        return url(host, port);
    }

    /// Where all controllers have one address, that one; else the address of a controller that is a
    /// member already, as no other lets anybody in.
    static Optional<K0sServers> k0sServers(PlanInput input) {
        return switch (input.clusterfile().runtime()) {
            case ClusterRuntime.Kubeadm _ -> Optional.empty();
            case ClusterRuntime.K0s k0s -> {
                Optional<K0sConfig.Api> api = k0s.filled().spec().flatMap(K0sConfig.Spec::api);
                String host =
                        input.clusterfile()
                                .endpoint()
                                .host()
                                .orElseGet(() -> ownAddress(input, input.sponsor()));
                yield Optional.of(
                        new K0sServers(
                                url(host, input.clusterfile().apiPort()),
                                url(host, api.flatMap(K0sConfig.Api::k0sApiPort).orElse(9443))));
            }
        };
    }

    private static String ownAddress(PlanInput input, ClusterHost controller) {
        return ApiAddress.of(
                        input.clusterfile(), controller, Optional.of(input.factsOf(controller)))
                .address();
    }

    private static String url(String host, int port) {
        return "https://" + NodeAddress.withPort(host, port);
    }
}
