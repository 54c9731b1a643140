package dev.slipway.cert.material;

import dev.slipway.cert.vault.CryptoWorkers;
import dev.slipway.chassis.identity.Caller;
import dev.slipway.chassis.identity.Roles;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.chassis.telemetry.MetricNames;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.OrderVerifier;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.ResponseHeader;

/// Where executors redeem orders.
@Path("/v1/materials/redemptions")
@Produces(MediaType.APPLICATION_JSON)
class RedemptionResource {
    private static final Logger LOG = Logger.getLogger(RedemptionResource.class);

    /// @param order the compact JWS as it was delivered
    record Request(@NotNull String order) {
        @Override
        public String toString() {
            return "Request[order of %d characters]".formatted(order.length());
        }
    }

    /// @param materials the bytes by name, base64 in JSON
    record Redeemed(Map<MaterialName, byte[]> materials) {
        @Override
        public String toString() {
            return "Redeemed[%s]".formatted(materials.keySet());
        }
    }

    private final OrderVerifier verifier;
    private final CryptoWorkers crypto;
    private final RedemptionDesk desk;
    private final MeterRegistry meters;
    private final Caller caller;

    @Inject
    RedemptionResource(
            OrderVerifier verifier,
            CryptoWorkers crypto,
            RedemptionDesk desk,
            MeterRegistry meters,
            Caller caller) {
        this.verifier = verifier;
        this.crypto = crypto;
        this.desk = desk;
        this.meters = meters;
        this.caller = caller;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.SERVICE_EXECUTOR)
    @ResponseHeader(name = "Cache-Control", value = "no-store")
    public Uni<Redeemed> redeem(@NotNull @Valid Request request) {
        var executor = new Executor(caller.actor(), caller.pool());
        return crypto.compute(() -> Verification.of(verifier, request.order()))
                .chain(verification -> redemption(verification, executor))
                .chain(redemption -> answer(redemption, executor));
    }

    private Uni<Redemption> redemption(Verification verification, Executor executor) {
        return switch (verification) {
            case Verification.Genuine(var order) -> desk.redeem(order, executor);
            case Verification.Forged(var why) -> desk.refuseForged(why, executor);
        };
    }

    private Uni<Redeemed> answer(Redemption redemption, Executor executor) {
        return switch (redemption) {
            case Redemption.Granted granted -> {
                meters.counter(MetricNames.REDEMPTIONS).increment();
                yield desk.unseal(granted, executor).map(Redeemed::new);
            }
            case Redemption.Refused(var refusal) -> {
                meters.counter(MetricNames.REDEMPTIONS_REFUSED, "code", refusal.code().name())
                        .increment();
                LOG.warnf(
                        "refused \"%s\" the materials of an order: %s (%s)",
                        executor.uri(), refusal.why(), refusal.code());
                yield Uni.createFrom()
                        .failure(
                                ProblemFailure.of(refusal.code(), refusal.status(), refusal.why()));
            }
        };
    }
}
