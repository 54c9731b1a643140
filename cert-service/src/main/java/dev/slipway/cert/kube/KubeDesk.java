package dev.slipway.cert.kube;

import dev.slipway.cert.authority.AuthorityStore;
import dev.slipway.cert.authority.CertificateAuthority;
import dev.slipway.cert.authority.OpenAuthority;
import dev.slipway.cert.event.CertificatePublisher;
import dev.slipway.cert.vault.CryptoWorkers;
import dev.slipway.cert.vault.Sealed;
import dev.slipway.cert.vault.SecretName;
import dev.slipway.cert.vault.Vault;
import dev.slipway.contracts.event.CertificateEvent.CertificateIssued;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.order.KubeIdentity;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Step;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Issues what API servers are shown: to executors what an order's steps for the API ask for, and
/// nothing that another step names; to hosts the kubeconfig of maintenance, where a step names it.
@ApplicationScoped
public class KubeDesk {
    private static final MaterialName AUTHORITY_KEY = Materials.authority("ca.key");

    /// A certificate that an order asks for.
    private record Wish(KubeForm form, KubeIdentity identity) {}

    private final Vault vault;
    private final CryptoWorkers crypto;
    private final CertificatePublisher publisher;
    private final SecureRandom random = new SecureRandom();

    @Inject
    KubeDesk(Vault vault, CryptoWorkers crypto, CertificatePublisher publisher) {
        this.vault = vault;
        this.crypto = crypto;
        this.publisher = publisher;
    }

    /// The certificates that an order's steps need; none if its cluster has no authority, and no
    /// kubeconfig before its API server is known.
    public Uni<List<KubeCertificate>> wanted(SqlConnection connection, Order order, Instant now) {
        List<Wish> wishes = wishes(order);
        if (wishes.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return AuthorityStore.find(connection, order.tenant(), order.cluster(), order.generation())
                .chain(found ->
                        AuthorityStore.sealedFiles(
                                        connection,
                                        order.tenant(),
                                        order.cluster(),
                                        order.generation(),
                                        List.of(AUTHORITY_KEY))
                                .map(key -> certificates(order, wishes, found, key, now)));
    }

    private static List<Wish> wishes(Order order) {
        Stream<Wish> steps =
                order.steps().stream()
                        .filter(Step.Kube.class::isInstance)
                        .map(step -> ((Step.Kube) step).request().identity())
                        .distinct()
                        .map(identity -> new Wish(KubeForm.CREDENTIAL, identity));
        Stream<Wish> hosts =
                Stream.of(new Wish(KubeForm.KUBECONFIG, KubeIdentity.MAINTENANCE))
                        .filter(w -> order.materials().contains(w.form().material(w.identity())));
        return Stream.concat(steps, hosts).toList();
    }

    private List<KubeCertificate> certificates(
            Order order,
            List<Wish> wishes,
            Optional<OpenAuthority> authority,
            Map<SecretName, Sealed> key,
            Instant now) {
        if (authority.isEmpty() || key.isEmpty()) {
            return List.of();
        }
        return wishes.stream()
                .filter(wish ->
                        wish.form() == KubeForm.CREDENTIAL
                                || authority.get().serverOfHosts().isPresent())
                .map(wish ->
                        KubeCertificate.of(
                                order,
                                wish.form(),
                                wish.identity(),
                                authority.get(),
                                key,
                                CertificateAuthority.serial(random),
                                now))
                .toList();
    }

    /// Says in the caller's transaction what is going to be signed.
    public Uni<Void> announce(
            SqlConnection connection,
            List<KubeCertificate> certificates,
            String actor,
            Instant now) {
        Uni<Void> all = Uni.createFrom().voidItem();
        for (KubeCertificate certificate : certificates) {
            var event =
                    new CertificateIssued(
                            certificate.authority().tenant(),
                            certificate.authority().cluster(),
                            certificate.subject().name(),
                            certificate.serialText(),
                            certificate.form().purpose(),
                            actor,
                            certificate.notAfter(),
                            now);
            all = all.chain(() -> publisher.publish(connection, event, actor));
        }
        return all;
    }

    /// Signs the certificates. Opens transactions of its own.
    ///
    /// @return each in its form
    public Uni<Map<MaterialName, byte[]>> issue(
            TenantId tenant, List<KubeCertificate> certificates) {
        if (certificates.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        return vault.unseal(tenant, certificates.getFirst().key())
                .chain(keys ->
                        crypto.compute(
                                () -> issued(certificates, keys.values().iterator().next())));
    }

    private Map<MaterialName, byte[]> issued(List<KubeCertificate> certificates, byte[] key) {
        var issued = new HashMap<MaterialName, byte[]>();
        certificates.forEach(certificate ->
                issued.put(certificate.material(), certificate.issue(key, Instant.now(), random)));
        return issued;
    }
}
