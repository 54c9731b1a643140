package dev.slipway.cert.material;

import dev.slipway.cert.k0s.K0sJoin;
import dev.slipway.cert.k0s.K0sTokenDesk;
import dev.slipway.cert.kube.KubeCertificate;
import dev.slipway.cert.kube.KubeDesk;
import dev.slipway.cert.node.NodeCertificateDesk;
import dev.slipway.cert.registry.RegistryDesk;
import dev.slipway.cert.sshca.SshAuthorityDesk;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.order.Order;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Makes what an order names and nobody keeps: the certificates by which its executor signs in,
/// those that it brings to the host, those that API servers are shown, the join tokens of k0s, and
/// what a cluster's own registries need.
@ApplicationScoped
class IssuanceDesk {
    private final SshAuthorityDesk users;
    private final NodeCertificateDesk nodes;
    private final KubeDesk kube;
    private final K0sTokenDesk k0s;
    private final RegistryDesk registries;

    @Inject
    IssuanceDesk(
            SshAuthorityDesk users,
            NodeCertificateDesk nodes,
            KubeDesk kube,
            K0sTokenDesk k0s,
            RegistryDesk registries) {
        this.users = users;
        this.nodes = nodes;
        this.kube = kube;
        this.k0s = k0s;
        this.registries = registries;
    }

    /// Materials that are made and not kept: kubelets' client certificates, what API servers are
    /// asked with, join tokens of k0s, and what registries need; credentials' certificates come in
    /// the place of what is kept.
    ///
    /// @param users the credentials in whose place a certificate is issued
    record Wanted(
            List<MaterialName> users,
            NodeCertificateDesk.Wanted nodes,
            List<KubeCertificate> kube,
            List<K0sJoin> k0s,
            RegistryDesk.Wanted registries) {
        public Wanted {
            users = List.copyOf(users);
            kube = List.copyOf(kube);
            k0s = List.copyOf(k0s);
        }

        /// Of what is not kept in any form.
        Set<MaterialName> names() {
            return Stream.of(
                            nodes.names().stream(),
                            kube.stream().map(KubeCertificate::material),
                            k0s.stream().flatMap(join -> join.names().stream()),
                            registries.names().stream())
                    .flatMap(names -> names)
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    /// What can be made of what the order names.
    Uni<Wanted> wanted(SqlConnection connection, Order order, Instant now) {
        return Uni.combine()
                .all()
                .unis(
                        MaterialStore.certificates(connection, order),
                        nodes.wanted(connection, order, now),
                        kube.wanted(connection, order, now),
                        k0s.wanted(connection, order, now),
                        registries.wanted(connection, order, now))
                .with(Wanted::new);
    }

    /// An event for each certificate, of the caller's transaction.
    Uni<Issuance> announce(
            SqlConnection connection, Order order, Wanted wanted, String actor, Instant now) {
        return nodes.announce(connection, wanted.nodes(), actor)
                .chain(() -> kube.announce(connection, wanted.kube(), actor, now))
                .chain(() -> registries.announce(connection, wanted.registries(), actor))
                .chain(() -> users.announce(connection, order, wanted.users(), actor, now))
                .map(certificates -> new Issuance(certificates, wanted));
    }

    /// Makes them, outside of any transaction.
    Uni<Map<MaterialName, byte[]>> issue(TenantId tenant, Issuance issuance, String actor) {
        var all = new HashMap<MaterialName, byte[]>();
        return users.issue(tenant, issuance.users(), actor)
                .invoke(all::putAll)
                .chain(() -> nodes.issue(issuance.wanted().nodes()))
                .invoke(all::putAll)
                .chain(() -> kube.issue(tenant, issuance.wanted().kube()))
                .invoke(all::putAll)
                .chain(() -> k0s.issue(tenant, issuance.wanted().k0s()))
                .invoke(all::putAll)
                .chain(() -> registries.issue(tenant, issuance.wanted().registries()))
                .invoke(all::putAll)
                .replaceWith(all);
    }
}
