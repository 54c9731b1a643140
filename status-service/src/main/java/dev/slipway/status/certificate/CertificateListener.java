package dev.slipway.status.certificate;

import dev.slipway.contracts.event.CertificateEvent;
import dev.slipway.status.intake.Intake;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/// Hears what the certificate service issued.
@ApplicationScoped
class CertificateListener {
    private final Intake intake;
    private final CertificateStore store;

    @Inject
    CertificateListener(Intake intake, CertificateStore store) {
        this.intake = intake;
        this.store = store;
    }

    @Incoming("certificates")
    Uni<Void> certificates(ConsumerRecords<String, byte[]> batch) {
        return intake.take(batch, CertificateEvent.class, store::save);
    }
}
