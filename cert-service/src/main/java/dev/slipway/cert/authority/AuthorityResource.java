package dev.slipway.cert.authority;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.slipway.cert.token.TokenDesk;
import dev.slipway.cert.token.TokenRole;
import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.identity.Caller;
import dev.slipway.chassis.identity.Roles;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.outcome.ReasonCode;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A cluster's authority: opened by the planner, its public half shown to users.
@Path("/v1/clusters/{cluster}/authority")
@Produces(MediaType.APPLICATION_JSON)
class AuthorityResource {
    /// @param caDigest SHA-256 of `ca.crt`
    /// @param materials the names that orders may hold from now on
    /// @param tokenId public half of the run's bootstrap token
    /// @param controllerTokenId likewise of the token by which k0s's controllers join; absent
    ///   without k0s
    /// @param notAfter of the cluster CA
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Opened(
            String pin,
            ContentDigest caDigest,
            List<MaterialName> materials,
            String tokenId,
            Optional<String> controllerTokenId,
            Instant notAfter) {}

    /// @param certificate the cluster CA in PEM
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Shown(
            ClusterName cluster,
            int generation,
            String pin,
            String certificate,
            KeyAlgorithm keyAlgorithm,
            Instant notAfter,
            Optional<URI> endpoint) {}

    private static final List<MaterialName> MATERIALS =
            Stream.concat(
                            Materials.AUTHORITY_FILES.stream().map(Materials::authority),
                            Stream.of(Materials.BOOTSTRAP_TOKEN))
                    .toList();
    private static final List<MaterialName> MATERIALS_OF_K0S =
            Stream.concat(
                            MATERIALS.stream(),
                            Stream.of(
                                    Materials.K0S_WORKER_TOKEN,
                                    Materials.K0S_WORKER_SECRET,
                                    Materials.K0S_CONTROLLER_TOKEN,
                                    Materials.K0S_CONTROLLER_SECRET))
                    .toList();

    private final AuthorityDesk authorities;
    private final TokenDesk tokens;
    private final Transactions transactions;
    private final Caller caller;

    @Inject
    AuthorityResource(
            AuthorityDesk authorities, TokenDesk tokens, Transactions transactions, Caller caller) {
        this.authorities = authorities;
        this.tokens = tokens;
        this.transactions = transactions;
        this.caller = caller;
    }

    /// Opens the authority, or says what it is: the same for the same tenant, cluster and
    /// generation, however often it is asked; the tokens are the same for the same run.
    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.SERVICE_PLANNER)
    public Uni<Opened> open(
            @PathParam("cluster") ClusterName cluster, @NotNull @Valid AuthorityRequest request) {
        String actor = caller.actor();
        return authorities
                .open(cluster, request, actor)
                .chain(authority ->
                        token(cluster, request, TokenRole.NODE, actor)
                                .chain(tokenId ->
                                        controllerToken(cluster, request, actor)
                                                .map(other -> opened(authority, tokenId, other))));
    }

    private Uni<Optional<String>> controllerToken(
            ClusterName cluster, AuthorityRequest request, String actor) {
        return request.k0s().isPresent()
                ? token(cluster, request, TokenRole.CONTROLLER, actor).map(Optional::of)
                : Uni.createFrom().item(Optional.empty());
    }

    private Uni<String> token(
            ClusterName cluster, AuthorityRequest request, TokenRole role, String actor) {
        var use =
                new TokenDesk.Use(
                        request.tenant(), cluster, request.generation(), request.run(), role);
        return tokens.issue(use, request.tokenValidUntil(), actor);
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    public Uni<Shown> show(@PathParam("cluster") ClusterName cluster) {
        TenantId tenant = caller.tenant();
        return transactions
                .inTenant(
                        tenant,
                        connection -> AuthorityStore.findLatest(connection, tenant, cluster))
                .map(found ->
                        found.map(AuthorityResource::shown).orElseThrow(() -> unknown(cluster)));
    }

    private static Opened opened(
            OpenAuthority authority, String tokenId, Optional<String> controllerTokenId) {
        return new Opened(
                authority.pin(),
                authority.certificateDigest(),
                controllerTokenId.isPresent() ? MATERIALS_OF_K0S : MATERIALS,
                tokenId,
                controllerTokenId,
                authority.notAfter());
    }

    private static Shown shown(OpenAuthority authority) {
        return new Shown(
                authority.cluster(),
                authority.generation(),
                authority.pin(),
                authority.certificate(),
                authority.keyAlgorithm(),
                authority.notAfter(),
                authority.endpoint());
    }

    private static ProblemFailure unknown(ClusterName cluster) {
        return ProblemFailure.of(
                ReasonCode.UNKNOWN_CLUSTER,
                404,
                "cluster \"%s\" has no authority".formatted(cluster));
    }
}
