package dev.slipway.cert.event;

import dev.slipway.chassis.event.CloudEvent;
import dev.slipway.chassis.outbox.Outbox;
import dev.slipway.chassis.outbox.OutboxRecord;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.event.CertificateEvent;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;

/// Publishes what becomes true when the caller's transaction commits.
@ApplicationScoped
public class CertificatePublisher {
    private static final String SOURCE = "/slipway/cert";

    private final Outbox outbox;

    @Inject
    CertificatePublisher(Outbox outbox) {
        this.outbox = outbox;
    }

    /// @param actor user or service that caused it
    public Uni<Void> publish(SqlConnection connection, CertificateEvent event, String actor) {
        var envelope =
                CloudEvent.of(SOURCE, event, event.at())
                        .withTenant(event.tenant())
                        .withActor(actor);
        return outbox.add(
                connection,
                new OutboxRecord(
                        Topics.CERTIFICATES,
                        key(event.tenant(), cluster(event)),
                        run(event).map(envelope::withRun).orElse(envelope)));
    }

    private static String key(TenantId tenant, Optional<ClusterName> cluster) {
        return cluster.map(name -> tenant + "/" + name).orElseGet(tenant::toString);
    }

    private static Optional<ClusterName> cluster(CertificateEvent event) {
        return switch (event) {
            case CertificateEvent.AuthorityOpened e -> Optional.of(e.cluster());
            case CertificateEvent.AuthorityAdopted e -> Optional.of(e.cluster());
            case CertificateEvent.CertificateIssued e -> Optional.of(e.cluster());
            case CertificateEvent.TokenIssued e -> Optional.of(e.cluster());
            case CertificateEvent.MaterialRedeemed e -> Optional.of(e.cluster());
            case CertificateEvent.MaterialRefused _,
                    CertificateEvent.CredentialStored _,
                    CertificateEvent.CredentialDeleted _ ->
                    Optional.empty();
        };
    }

    private static Optional<RunId> run(CertificateEvent event) {
        return switch (event) {
            case CertificateEvent.AuthorityAdopted e -> Optional.of(e.run());
            case CertificateEvent.TokenIssued e -> Optional.of(e.run());
            case CertificateEvent.MaterialRedeemed e -> Optional.of(e.run());
            case CertificateEvent.MaterialRefused e -> e.run();
            case CertificateEvent.AuthorityOpened _,
                    CertificateEvent.CertificateIssued _,
                    CertificateEvent.CredentialStored _,
                    CertificateEvent.CredentialDeleted _ ->
                    Optional.empty();
        };
    }
}
