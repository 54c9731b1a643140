package dev.slipway.cert.authority;

import dev.slipway.cert.database.Parameters;
import dev.slipway.cert.vault.Sealed;
import dev.slipway.cert.vault.SecretName;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The tables of authorities and of their sealed files.
public final class AuthorityStore {
    private AuthorityStore() {}

    /// The authority of that generation of the cluster.
    public static Uni<Optional<OpenAuthority>> find(
            SqlConnection connection, TenantId tenant, ClusterName cluster, int generation) {
        return connection
                .preparedQuery(
                        "SELECT * FROM authority WHERE tenant = $1 AND cluster = $2 AND generation = $3")
                .execute(Parameters.of(tenant, cluster, generation))
                .map(AuthorityStore::first);
    }

    /// The authority of the cluster's last generation.
    public static Uni<Optional<OpenAuthority>> findLatest(
            SqlConnection connection, TenantId tenant, ClusterName cluster) {
        return connection
                .preparedQuery(
                        """
                        SELECT * FROM authority WHERE tenant = $1 AND cluster = $2
                        ORDER BY generation DESC LIMIT 1
                        """)
                .execute(Parameters.of(tenant, cluster))
                .map(AuthorityStore::first);
    }

    /// @return whether it was kept: false if somebody else was faster
    static Uni<Boolean> keep(SqlConnection connection, OpenAuthority authority) {
        return connection
                .preparedQuery(
                        """
                        INSERT INTO authority (tenant, cluster, generation, pin, ca_digest, certificate,
                            key_algorithm, leaf_validity_seconds, not_after, admin_group, endpoint,
                            k0s_api_server, k0s_join_server)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                        ON CONFLICT DO NOTHING
                        """)
                .execute(
                        Parameters.of(
                                authority.tenant(),
                                authority.cluster(),
                                authority.generation(),
                                authority.pin(),
                                authority.certificateDigest().value(),
                                authority.certificate(),
                                authority.keyAlgorithm().wireName(),
                                authority.leafValidity(),
                                authority.notAfter(),
                                authority.adminGroup(),
                                authority.endpoint(),
                                authority.k0s().map(K0sServers::apiServer),
                                authority.k0s().map(K0sServers::joinServer)))
                .map(rows -> rows.rowCount() == 1);
    }

    static Uni<Void> learnEndpoint(
            SqlConnection connection, OpenAuthority authority, URI endpoint) {
        return connection
                .preparedQuery(
                        """
                        UPDATE authority SET endpoint = $4
                        WHERE tenant = $1 AND cluster = $2 AND generation = $3
                          AND endpoint IS DISTINCT FROM $4
                        """)
                .execute(
                        Parameters.of(
                                authority.tenant(),
                                authority.cluster(),
                                authority.generation(),
                                endpoint))
                .replaceWithVoid();
    }

    static Uni<Void> learnServers(
            SqlConnection connection, OpenAuthority authority, K0sServers servers) {
        return connection
                .preparedQuery(
                        """
                        UPDATE authority SET k0s_api_server = $4, k0s_join_server = $5
                        WHERE tenant = $1 AND cluster = $2 AND generation = $3
                          AND (k0s_api_server, k0s_join_server) IS DISTINCT FROM ($4, $5)
                        """)
                .execute(
                        Parameters.of(
                                authority.tenant(),
                                authority.cluster(),
                                authority.generation(),
                                servers.apiServer(),
                                servers.joinServer()))
                .replaceWithVoid();
    }

    static Uni<Void> keepFiles(
            SqlConnection connection, OpenAuthority authority, Map<SecretName, Sealed> sealed) {
        var rows =
                sealed.entrySet().stream()
                        .map(file ->
                                Parameters.of(
                                        authority.tenant(),
                                        authority.cluster(),
                                        authority.generation(),
                                        file.getKey().name(),
                                        file.getValue().bytes()))
                        .toList();
        return connection
                .preparedQuery(
                        """
                        INSERT INTO authority_file (tenant, cluster, generation, name, sealed)
                        VALUES ($1, $2, $3, $4, $5)
                        """)
                .executeBatch(rows)
                .replaceWithVoid();
    }

    /// @return the sealed files that exist, of those named
    public static Uni<Map<SecretName, Sealed>> sealedFiles(
            SqlConnection connection,
            TenantId tenant,
            ClusterName cluster,
            int generation,
            Collection<MaterialName> names) {
        String[] wanted = names.stream().map(MaterialName::value).toArray(String[]::new);
        return connection
                .preparedQuery(
                        """
                        SELECT name, sealed FROM authority_file
                        WHERE tenant = $1 AND cluster = $2 AND generation = $3 AND name = ANY ($4)
                        """)
                .execute(Parameters.of(tenant, cluster, generation, wanted))
                .map(rows -> {
                    var sealed = new HashMap<SecretName, Sealed>();
                    for (Row row : rows) {
                        sealed.put(
                                SecretName.ofCluster(
                                        tenant,
                                        cluster,
                                        generation,
                                        MaterialName.of(row.getString("name"))),
                                Sealed.of(row.getBuffer("sealed").getBytes()));
                    }
                    return sealed;
                });
    }

    private static Optional<OpenAuthority> first(RowSet<Row> rows) {
        var all = rows.iterator();
        return all.hasNext() ? Optional.of(authority(all.next())) : Optional.empty();
    }

    private static OpenAuthority authority(Row row) {
        return new OpenAuthority(
                TenantId.of(row.getString("tenant")),
                ClusterName.of(row.getString("cluster")),
                row.getInteger("generation"),
                row.getString("pin"),
                ContentDigest.of(row.getString("ca_digest")),
                row.getString("certificate"),
                KeyAlgorithm.of(row.getString("key_algorithm")),
                Duration.ofSeconds(row.getLong("leaf_validity_seconds")),
                row.getOffsetDateTime("not_after").toInstant(),
                row.getString("admin_group"),
                Optional.ofNullable(row.getString("endpoint")).map(URI::create),
                Optional.ofNullable(row.getString("k0s_api_server"))
                        .map(api ->
                                new K0sServers(
                                        URI.create(api),
                                        URI.create(row.getString("k0s_join_server")))));
    }
}
