package dev.slipway.cert.k0s;

import dev.slipway.cert.authority.AuthorityStore;
import dev.slipway.cert.authority.K0sServers;
import dev.slipway.cert.authority.OpenAuthority;
import dev.slipway.cert.token.TokenDesk;
import dev.slipway.cert.token.TokenRole;
import dev.slipway.cert.token.TokenStore;
import dev.slipway.cert.vault.Sealed;
import dev.slipway.cert.vault.SecretName;
import dev.slipway.cert.vault.Vault;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.order.Order;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Makes the join tokens of k0s for orders, and the Secrets by which clusters know them. That they
/// were issued was said when their run was opened.
@ApplicationScoped
public class K0sTokenDesk {
    private final Vault vault;

    @Inject
    K0sTokenDesk(Vault vault) {
        this.vault = vault;
    }

    /// What the order names, as far as its cluster is one of k0s and its run's tokens are valid.
    public Uni<List<K0sJoin>> wanted(SqlConnection connection, Order order, Instant now) {
        var joins = new ArrayList<K0sJoin>();
        Uni<Void> all = Uni.createFrom().voidItem();
        for (TokenRole role : TokenRole.values()) {
            Set<MaterialName> names = K0sJoin.names(order, role);
            if (!names.isEmpty()) {
                all =
                        all.chain(() -> join(connection, order, role, names, now))
                                .invoke(join -> join.ifPresent(joins::add))
                                .replaceWithVoid();
            }
        }
        return all.replaceWith(joins);
    }

    private static Uni<Optional<K0sJoin>> join(
            SqlConnection connection,
            Order order,
            TokenRole role,
            Set<MaterialName> names,
            Instant now) {
        var use = TokenDesk.Use.of(order, role);
        return AuthorityStore.find(connection, order.tenant(), order.cluster(), order.generation())
                .chain(authority ->
                        TokenStore.find(connection, use)
                                .map(token ->
                                        token.filter(t -> t.validUntil().isAfter(now))
                                                .flatMap(t -> join(use, authority, t, names))));
    }

    private static Optional<K0sJoin> join(
            TokenDesk.Use use,
            Optional<OpenAuthority> authority,
            TokenStore.SealedToken token,
            Set<MaterialName> names) {
        return authority.flatMap(a ->
                a.k0s()
                        .map(servers ->
                                new K0sJoin(use, server(servers, use.role()), a, token, names)));
    }

    private static URI server(K0sServers servers, TokenRole role) {
        return switch (role) {
            case NODE -> servers.apiServer();
            case CONTROLLER -> servers.joinServer();
        };
    }

    /// Makes them. Opens transactions of its own.
    public Uni<Map<MaterialName, byte[]>> issue(TenantId tenant, List<K0sJoin> joins) {
        if (joins.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        var sealed = new HashMap<SecretName, Sealed>();
        joins.forEach(join -> sealed.put(join.use().secretName(), join.token().sealed()));
        return vault.unseal(tenant, sealed).map(tokens -> materials(joins, tokens));
    }

    private static Map<MaterialName, byte[]> materials(
            List<K0sJoin> joins, Map<SecretName, byte[]> tokens) {
        var materials = new HashMap<MaterialName, byte[]>();
        joins.forEach(join ->
                materials.putAll(
                        join.materials(
                                Objects.requireNonNull(tokens.get(join.use().secretName())))));
        return materials;
    }
}
