package dev.slipway.cert.material;

import dev.slipway.cert.event.CertificatePublisher;
import dev.slipway.cert.material.Admission.Refusal;
import dev.slipway.chassis.database.Transactions;
import dev.slipway.contracts.event.CertificateEvent.MaterialRefused;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.outcome.ReasonCode;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Optional;

/// Notes what was refused to whom.
@ApplicationScoped
class RefusalDesk {
    private final Transactions transactions;
    private final CertificatePublisher publisher;
    private final TenantId forgedOrdersTenant;

    @Inject
    RefusalDesk(
            Transactions transactions, CertificatePublisher publisher, RedemptionConfig config) {
        this.transactions = transactions;
        this.publisher = publisher;
        this.forgedOrdersTenant = TenantId.of(config.forgedOrdersTenant());
    }

    /// In the caller's transaction.
    Uni<Refusal> note(
            SqlConnection connection,
            Order order,
            Executor executor,
            Refusal refusal,
            Instant now) {
        var event =
                new MaterialRefused(
                        order.tenant(),
                        Optional.of(order.run()),
                        Optional.of(order.task()),
                        executor.uri(),
                        refusal.why(),
                        now);
        return publisher.publish(connection, event, executor.uri()).replaceWith(refusal);
    }

    /// Of an order that the planner did not sign.
    Uni<Refusal> noteForged(String why, Executor executor) {
        return transactions.inTenant(
                forgedOrdersTenant,
                connection ->
                        Transactions.now(connection)
                                .map(now ->
                                        new MaterialRefused(
                                                forgedOrdersTenant,
                                                Optional.empty(),
                                                Optional.empty(),
                                                executor.uri(),
                                                why,
                                                now))
                                .chain(event ->
                                        publisher.publish(connection, event, executor.uri()))
                                .replaceWith(new Refusal(ReasonCode.ORDER_FORGED, 403, why)));
    }
}
