package dev.slipway.cert.material;

import dev.slipway.cert.vault.CryptoWorkers;
import dev.slipway.chassis.identity.Caller;
import dev.slipway.chassis.identity.Roles;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.OrderVerifier;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Where executors bring what an order deposits: the way of a redemption, the other way round.
@Path("/v1/materials/deposits")
@Produces(MediaType.APPLICATION_JSON)
class DepositResource {
    private static final Logger LOG = Logger.getLogger(DepositResource.class);

    /// @param order the compact JWS as it was delivered
    /// @param files the bytes by material, base64 in JSON
    record Request(@NotNull String order, @NotNull @Size(max = 8) Map<MaterialName, byte[]> files) {
        @Override
        public String toString() {
            return "Request[order of %d characters, %s]".formatted(order.length(), files.keySet());
        }
    }

    /// @param cluster whose authority it is now
    record Deposited(String cluster) {}

    private final OrderVerifier verifier;
    private final CryptoWorkers crypto;
    private final DepositDesk desk;
    private final RefusalDesk refusals;
    private final Caller caller;

    @Inject
    DepositResource(
            OrderVerifier verifier,
            CryptoWorkers crypto,
            DepositDesk desk,
            RefusalDesk refusals,
            Caller caller) {
        this.verifier = verifier;
        this.crypto = crypto;
        this.desk = desk;
        this.refusals = refusals;
        this.caller = caller;
    }

    /// Keeps it; the same again is no mistake.
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.SERVICE_EXECUTOR)
    public Uni<Deposited> deposit(@NotNull @Valid Request request) {
        var executor = new Executor(caller.actor(), caller.pool());
        return crypto.compute(() -> Verification.of(verifier, request.order()))
                .chain(verification ->
                        switch (verification) {
                            case Verification.Genuine(var order) ->
                                    desk.deposit(order, request.files(), executor)
                                            .chain(refused ->
                                                    answer(
                                                            refused,
                                                            order.cluster().value(),
                                                            executor));
                            case Verification.Forged(var why) ->
                                    refusals.noteForged(why, executor)
                                            .chain(refusal ->
                                                    answer(Optional.of(refusal), "", executor));
                        });
    }

    private static Uni<Deposited> answer(
            Optional<Admission.Refusal> refused, String cluster, Executor executor) {
        if (refused.isEmpty()) {
            return Uni.createFrom().item(new Deposited(cluster));
        }
        Admission.Refusal refusal = refused.get();
        LOG.warnf(
                "refused what \"%s\" brought: %s (%s)",
                executor.uri(), refusal.why(), refusal.code());
        return Uni.createFrom()
                .failure(ProblemFailure.of(refusal.code(), refusal.status(), refusal.why()));
    }
}
