package dev.slipway.cert.node;

import dev.slipway.cert.authority.AuthorityStore;
import dev.slipway.cert.authority.CertificateAuthority;
import dev.slipway.cert.authority.ClusterSigner;
import dev.slipway.cert.authority.OpenAuthority;
import dev.slipway.cert.event.CertificatePublisher;
import dev.slipway.contracts.event.CertificateEvent.CertificateIssued;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.Order;
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
import java.util.Set;
import java.util.stream.Collectors;

/// Issues kubelets' client certificates for orders.
@ApplicationScoped
public class NodeCertificateDesk {
    private final ClusterSigner signer;
    private final CertificatePublisher publisher;
    private final SecureRandom random = new SecureRandom();

    @Inject
    NodeCertificateDesk(ClusterSigner signer, CertificatePublisher publisher) {
        this.signer = signer;
        this.publisher = publisher;
    }

    /// The certificates of one order, of one authority.
    public record Wanted(List<NodeCertificate> certificates) {
        public static final Wanted NONE = new Wanted(List.of());

        public Wanted {
            certificates = List.copyOf(certificates);
        }

        public Set<MaterialName> names() {
            return certificates.stream()
                    .map(NodeCertificate::material)
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    /// What the order names, as far as its cluster has an authority that could sign it.
    public Uni<Wanted> wanted(SqlConnection connection, Order order, Instant now) {
        List<String> nodes =
                order.materials().stream()
                        .map(Materials::kubeletClientNode)
                        .flatMap(Optional::stream)
                        .sorted()
                        .toList();
        return nodes.isEmpty()
                ? Uni.createFrom().item(Wanted.NONE)
                : AuthorityStore.find(
                                connection, order.tenant(), order.cluster(), order.generation())
                        .map(found ->
                                found.map(authority -> wanted(authority, nodes, now))
                                        .orElse(Wanted.NONE));
    }

    private Wanted wanted(OpenAuthority authority, List<String> nodes, Instant now) {
        return new Wanted(
                nodes.stream()
                        .map(node -> NodeCertificate.of(authority, node, now, random))
                        .toList());
    }

    /// An event each, of the caller's transaction: nothing is signed that is not said.
    public Uni<Void> announce(SqlConnection connection, Wanted wanted, String actor) {
        Uni<Void> all = Uni.createFrom().voidItem();
        for (NodeCertificate certificate : wanted.certificates()) {
            all = all.chain(() -> publisher.publish(connection, issued(certificate, actor), actor));
        }
        return all;
    }

    private static CertificateIssued issued(NodeCertificate certificate, String actor) {
        OpenAuthority authority = certificate.authority();
        return new CertificateIssued(
                authority.tenant(),
                authority.cluster(),
                certificate.subject(),
                certificate.serialText(),
                "kubelet",
                actor,
                certificate.notAfter(),
                certificate.now());
    }

    /// Signs them. Opens transactions of its own.
    public Uni<Map<MaterialName, byte[]>> issue(Wanted wanted) {
        return wanted.certificates().stream()
                .findFirst()
                .map(first -> signer.sign(first.authority(), ca -> issue(ca, wanted)))
                .orElseGet(() -> Uni.createFrom().item(Map.of()));
    }

    private Map<MaterialName, byte[]> issue(CertificateAuthority ca, Wanted wanted) {
        var issued = new HashMap<MaterialName, byte[]>();
        wanted.certificates().forEach(c -> issued.put(c.material(), c.issue(ca, random)));
        return issued;
    }
}
