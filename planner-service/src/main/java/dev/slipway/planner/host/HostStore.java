package dev.slipway.planner.host;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What others tell about hosts; always within the caller's transaction.
@ApplicationScoped
public class HostStore {
    HostStore() {}

    /// A host's place in a cluster.
    public record Member(HostAddress address, String name, List<String> roles) {
        public Member {
            roles = List.copyOf(roles);
        }
    }

    /// Notes that the hosts belong to the cluster; where nothing else is known yet.
    public Uni<Void> enrol(
            SqlConnection connection,
            TenantId tenant,
            ClusterName cluster,
            Collection<Member> members) {
        return connection
                .preparedQuery(
                        """
                        INSERT INTO hosts (tenant, address, name, cluster, roles)
                        VALUES ($1, $2, $3, $4, $5)
                        ON CONFLICT (tenant, address) DO UPDATE
                        SET name = EXCLUDED.name, cluster = EXCLUDED.cluster, roles = EXCLUDED.roles
                        """)
                .executeBatch(
                        members.stream()
                                .map(m ->
                                        Tuple.of(
                                                tenant.value(),
                                                m.address().toString(),
                                                m.name(),
                                                cluster.value(),
                                                m.roles().toArray(String[]::new)))
                                .toList())
                .replaceWithVoid();
    }

    /// Notes that the cluster's hosts belong to nobody any more.
    public Uni<Void> discharge(SqlConnection connection, TenantId tenant, ClusterName cluster) {
        return connection
                .preparedQuery(
                        """
                        UPDATE hosts SET cluster = NULL, roles = '{}'
                        WHERE tenant = $1 AND cluster = $2
                        """)
                .execute(Tuple.of(tenant.value(), cluster.value()))
                .replaceWithVoid();
    }

    /// The same for those of its hosts that are not among `kept`.
    public Uni<Void> dischargeOthers(
            SqlConnection connection,
            TenantId tenant,
            ClusterName cluster,
            Collection<HostAddress> kept) {
        return connection
                .preparedQuery(
                        """
                        UPDATE hosts SET cluster = NULL, roles = '{}'
                        WHERE tenant = $1 AND cluster = $2 AND address <> ALL ($3)
                        """)
                .execute(
                        Tuple.of(
                                tenant.value(),
                                cluster.value(),
                                kept.stream().map(HostAddress::toString).toArray(String[]::new)))
                .replaceWithVoid();
    }

    /// @param facts JSON
    public Uni<Void> learnFacts(
            SqlConnection connection, TenantId tenant, HostAddress host, String facts, Instant at) {
        return connection
                .preparedQuery(
                        """
                        INSERT INTO hosts (tenant, address, facts, facts_at) VALUES ($1, $2, $3, $4)
                        ON CONFLICT (tenant, address) DO UPDATE
                        SET facts = EXCLUDED.facts, facts_at = EXCLUDED.facts_at
                        """)
                .execute(
                        Tuple.of(
                                tenant.value(),
                                host.toString(),
                                facts,
                                at.atOffset(ZoneOffset.UTC)))
                .replaceWithVoid();
    }

    /// The latest facts of a host, JSON; empty if none were learnt.
    public Uni<Optional<String>> facts(
            SqlConnection connection, TenantId tenant, HostAddress host) {
        return connection
                .preparedQuery(
                        """
                        SELECT facts FROM hosts
                        WHERE tenant = $1 AND address = $2 AND facts IS NOT NULL
                        """)
                .execute(Tuple.of(tenant.value(), host.toString()))
                .map(rows ->
                        rows.size() == 0
                                ? Optional.empty()
                                : Optional.of(rows.iterator().next().getString(0)));
    }

    /// Keeps a key that is not a known one, for a user to compare.
    public Uni<Void> learnPresented(
            SqlConnection connection, TenantId tenant, HostAddress host, HostKey key) {
        return connection
                .preparedQuery(
                        """
                        INSERT INTO hosts (tenant, address, presented_key) VALUES ($1, $2, $3)
                        ON CONFLICT (tenant, address) DO UPDATE
                        SET presented_key = EXCLUDED.presented_key
                        """)
                .execute(Tuple.of(tenant.value(), host.toString(), key.text()))
                .replaceWithVoid();
    }

    /// Trusts the keys from now on, besides those that are known.
    public Uni<Void> pin(
            SqlConnection connection,
            TenantId tenant,
            HostAddress host,
            Collection<HostKey> keys,
            String actor) {
        return connection
                .preparedQuery(
                        """
                        INSERT INTO host_keys (tenant, address, key, actor) VALUES ($1, $2, $3, $4)
                        ON CONFLICT DO NOTHING
                        """)
                .executeBatch(
                        keys.stream()
                                .map(key ->
                                        Tuple.of(
                                                tenant.value(), host.toString(), key.text(), actor))
                                .toList())
                .chain(() ->
                        connection
                                .preparedQuery(
                                        """
                                        UPDATE hosts SET presented_key = NULL
                                        WHERE tenant = $1 AND address = $2
                                        """)
                                .execute(Tuple.of(tenant.value(), host.toString())))
                .replaceWithVoid();
    }

    /// Trusts none of the known keys any more.
    public Uni<Void> unpin(SqlConnection connection, TenantId tenant, HostAddress host) {
        return connection
                .preparedQuery("DELETE FROM host_keys WHERE tenant = $1 AND address = $2")
                .execute(Tuple.of(tenant.value(), host.toString()))
                .replaceWithVoid();
    }

    /// The known keys of the hosts, as `type base64`; a host without one is not in the map.
    public Uni<Map<HostAddress, List<String>>> knownKeys(
            SqlConnection connection, TenantId tenant, Collection<HostAddress> hosts) {
        String[] addresses = hosts.stream().map(HostAddress::toString).toArray(String[]::new);
        return connection
                .preparedQuery(
                        """
                        SELECT address, array_agg(key ORDER BY pinned_at, key) AS keys
                        FROM host_keys WHERE tenant = $1 AND address = ANY ($2) GROUP BY address
                        """)
                .execute(Tuple.of(tenant.value(), addresses))
                .map(rows -> {
                    var keys = new HashMap<HostAddress, List<String>>();
                    rows.forEach(row ->
                            keys.put(
                                    HostAddress.of(row.getString("address")),
                                    List.of(row.getArrayOfStrings("keys"))));
                    return keys;
                });
    }
}
