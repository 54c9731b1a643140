package dev.slipway.cert.kubeconfig;

import dev.slipway.cert.authority.AuthorityStore;
import dev.slipway.cert.authority.CertificateAuthority;
import dev.slipway.cert.authority.ClientSubject;
import dev.slipway.cert.authority.ClusterSigner;
import dev.slipway.cert.authority.KeyAlgorithm;
import dev.slipway.cert.authority.OpenAuthority;
import dev.slipway.cert.authority.Pem;
import dev.slipway.cert.event.CertificatePublisher;
import dev.slipway.chassis.database.Transactions;
import dev.slipway.contracts.event.CertificateEvent.CertificateIssued;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Issues kubeconfigs: finds the authority, signs, announces, and only then answers.
@ApplicationScoped
class KubeconfigDesk {
    private static final SecureRandom RANDOM = new SecureRandom();

    /// @param subject user and groups of the certificate
    /// @param life wished for; cut to what the authority allows
    record Wish(ClientSubject subject, Duration life, URI endpoint) {}

    private record Issued(X509Certificate certificate, Kubeconfig kubeconfig) {}

    private final Transactions transactions;
    private final ClusterSigner signer;
    private final CertificatePublisher publisher;

    @Inject
    KubeconfigDesk(
            Transactions transactions, ClusterSigner signer, CertificatePublisher publisher) {
        this.transactions = transactions;
        this.signer = signer;
        this.publisher = publisher;
    }

    Uni<Optional<OpenAuthority>> authority(TenantId tenant, ClusterName cluster) {
        return transactions.inTenant(
                tenant, connection -> AuthorityStore.findLatest(connection, tenant, cluster));
    }

    Uni<Kubeconfig> issue(OpenAuthority authority, Wish wish) {
        return signer.sign(authority, ca -> sign(authority, ca, wish))
                .call(issued ->
                        transactions.inTenant(
                                authority.tenant(),
                                connection -> announce(connection, authority, issued, wish)))
                .map(Issued::kubeconfig);
    }

    private static Issued sign(OpenAuthority authority, CertificateAuthority ca, Wish wish) {
        KeyPair keys = KeyAlgorithm.ECDSA_P256.generate(RANDOM);
        Instant now = Instant.now();
        X509Certificate certificate =
                ca.issueClient(
                        wish.subject(),
                        keys.getPublic(),
                        now,
                        now.plus(shorter(wish.life(), authority.leafValidity())),
                        RANDOM);
        return new Issued(
                certificate,
                new Kubeconfig(
                        authority.cluster(),
                        wish.subject().user(),
                        wish.endpoint(),
                        authority.certificate(),
                        text(Pem.of(certificate)),
                        text(Pem.of(keys.getPrivate()))));
    }

    private static String text(byte[] pem) {
        return new String(pem, StandardCharsets.US_ASCII);
    }

    private Uni<Void> announce(
            SqlConnection connection, OpenAuthority authority, Issued issued, Wish wish) {
        X509Certificate certificate = issued.certificate();
        return Transactions.now(connection)
                .map(now ->
                        new CertificateIssued(
                                authority.tenant(),
                                authority.cluster(),
                                certificate.getSubjectX500Principal().getName(),
                                certificate.getSerialNumber().toString(16),
                                "kubeconfig",
                                wish.subject().user(),
                                certificate.getNotAfter().toInstant(),
                                now))
                .chain(event -> publisher.publish(connection, event, wish.subject().user()));
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
