package dev.slipway.cert.material;

import dev.slipway.cert.node.NodeCertificateDesk;
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
import java.util.Map;

/// Makes the certificates of an order: those by which its executor signs in, and those that it
/// brings to the host.
@ApplicationScoped
class IssuanceDesk {
    private final SshAuthorityDesk users;
    private final NodeCertificateDesk nodes;

    @Inject
    IssuanceDesk(SshAuthorityDesk users, NodeCertificateDesk nodes) {
        this.users = users;
        this.nodes = nodes;
    }

    Uni<NodeCertificateDesk.Wanted> nodes(SqlConnection connection, Order order, Instant now) {
        return nodes.wanted(connection, order, now);
    }

    /// An event for each, of the caller's transaction.
    Uni<Issuance> announce(
            SqlConnection connection,
            Order order,
            NodeCertificateDesk.Wanted wanted,
            String actor,
            Instant now) {
        return nodes.announce(connection, wanted, actor)
                .chain(() -> MaterialStore.certificates(connection, order))
                .chain(names -> users.announce(connection, order, names, actor, now))
                .map(certificates -> new Issuance(certificates, wanted));
    }

    /// Signs them, outside of any transaction.
    Uni<Map<MaterialName, byte[]>> issue(TenantId tenant, Issuance issuance, String actor) {
        return users.issue(tenant, issuance.users(), actor)
                .chain(certified ->
                        nodes.issue(issuance.nodes()).map(issued -> both(certified, issued)));
    }

    private static Map<MaterialName, byte[]> both(
            Map<MaterialName, byte[]> some, Map<MaterialName, byte[]> others) {
        var all = new HashMap<>(some);
        all.putAll(others);
        return all;
    }
}
