package dev.slipway.planner.cluster;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.planner.clusterfile.Clusterfile;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Keeps clusters and revisions; always within the caller's transaction.
@ApplicationScoped
public class ClusterStore {
    private static final String SELECT =
            """
            SELECT name, generation, state, revision, applied_revision, last_run
            FROM clusters WHERE tenant = $1 AND name = $2
            """;

    ClusterStore() {}

    /// The cluster, its row locked; made if there is none.
    public Uni<ClusterRecord> open(SqlConnection connection, TenantId tenant, ClusterName name) {
        return connection
                .preparedQuery(
                        "INSERT INTO clusters (tenant, name) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .execute(Tuple.of(tenant.value(), name.value()))
                .chain(() ->
                        connection
                                .preparedQuery(SELECT + " FOR UPDATE")
                                .execute(Tuple.of(tenant.value(), name.value())))
                .map(rows -> record(rows.iterator().next()));
    }

    public Uni<Optional<ClusterRecord>> find(
            SqlConnection connection, TenantId tenant, ClusterName name) {
        return connection
                .preparedQuery(SELECT)
                .execute(Tuple.of(tenant.value(), name.value()))
                .map(rows ->
                        rows.size() == 0
                                ? Optional.empty()
                                : Optional.of(record(rows.iterator().next())));
    }

    static ClusterRecord record(Row row) {
        @Nullable Integer applied = row.getInteger("applied_revision");
        return new ClusterRecord(
                new ClusterName(row.getString("name")),
                row.getInteger("generation"),
                ClusterState.valueOf(row.getString("state")),
                row.getInteger("revision"),
                applied == null ? OptionalInt.empty() : OptionalInt.of(applied),
                Optional.ofNullable(row.getUUID("last_run")).map(RunId::new));
    }

    /// Makes the Clusterfile the cluster's latest revision, unless it says what the latest says.
    ///
    /// @param cluster as it was found by [#open]
    /// @return the revision's number
    public Uni<Integer> revise(
            SqlConnection connection,
            TenantId tenant,
            ClusterRecord cluster,
            Clusterfile clusterfile,
            String actor) {
        String digest = clusterfile.digest().value();
        return connection
                .preparedQuery(
                        """
                        SELECT 1 FROM revisions
                        WHERE tenant = $1 AND cluster = $2 AND revision = $3 AND digest = $4
                        """)
                .execute(
                        Tuple.of(
                                tenant.value(), cluster.name().value(), cluster.revision(), digest))
                .chain(same ->
                        same.size() > 0
                                ? Uni.createFrom().item(cluster.revision())
                                : add(connection, tenant, cluster, clusterfile, actor));
    }

    private static Uni<Integer> add(
            SqlConnection connection,
            TenantId tenant,
            ClusterRecord cluster,
            Clusterfile clusterfile,
            String actor) {
        int revision = cluster.revision() + 1;
        return connection
                .preparedQuery(
                        """
                        INSERT INTO revisions (tenant, cluster, revision, digest, source, actor)
                        VALUES ($1, $2, $3, $4, $5, $6)
                        """)
                .execute(
                        Tuple.of(
                                tenant.value(),
                                cluster.name().value(),
                                revision,
                                clusterfile.digest().value(),
                                clusterfile.source(),
                                actor))
                .chain(() ->
                        connection
                                .preparedQuery(
                                        "UPDATE clusters SET revision = $3 WHERE tenant = $1 AND name = $2")
                                .execute(
                                        Tuple.of(tenant.value(), cluster.name().value(), revision)))
                .replaceWith(revision);
    }

    /// The text of a revision.
    public Uni<Optional<String>> source(
            SqlConnection connection, TenantId tenant, ClusterName name, int revision) {
        return connection
                .preparedQuery(
                        """
                        SELECT source FROM revisions
                        WHERE tenant = $1 AND cluster = $2 AND revision = $3
                        """)
                .execute(Tuple.of(tenant.value(), name.value(), revision))
                .map(rows ->
                        rows.size() == 0
                                ? Optional.empty()
                                : Optional.of(rows.iterator().next().getString(0)));
    }

    /// The cluster's latest revision.
    ///
    /// @param source its text
    public record Latest(ClusterRecord cluster, String source) {}

    /// Empty if there is no such cluster, or no revision of it.
    public Uni<Optional<Latest>> latest(
            SqlConnection connection, TenantId tenant, ClusterName name) {
        return find(connection, tenant, name)
                .chain(found ->
                        found.map(cluster ->
                                        source(connection, tenant, name, cluster.revision())
                                                .map(source ->
                                                        source.map(s -> new Latest(cluster, s))))
                                .orElseGet(() -> Uni.createFrom().item(Optional.empty())));
    }

    /// The text of the revision that was applied last; empty if none was, in this generation.
    public Uni<Optional<String>> appliedSource(
            SqlConnection connection, TenantId tenant, ClusterRecord cluster) {
        return cluster.appliedRevision().isPresent()
                ? source(connection, tenant, cluster.name(), cluster.appliedRevision().getAsInt())
                : Uni.createFrom().item(Optional.empty());
    }

    /// Notes the run that is to change the cluster.
    public Uni<Void> started(
            SqlConnection connection, TenantId tenant, ClusterName name, RunId run) {
        return connection
                .preparedQuery("UPDATE clusters SET last_run = $3 WHERE tenant = $1 AND name = $2")
                .execute(Tuple.of(tenant.value(), name.value(), run.value()))
                .replaceWithVoid();
    }

    /// An operation begins to change the cluster's hosts.
    public Uni<Void> change(SqlConnection connection, TenantId tenant, ClusterName name) {
        return connection
                .preparedQuery(
                        "UPDATE clusters SET state = 'PARTIAL' WHERE tenant = $1 AND name = $2")
                .execute(Tuple.of(tenant.value(), name.value()))
                .replaceWithVoid();
    }

    /// The cluster is as the revision says.
    public Uni<Void> applied(
            SqlConnection connection, TenantId tenant, ClusterName name, int revision) {
        return connection
                .preparedQuery(
                        """
                        UPDATE clusters SET state = 'INSTALLED', applied_revision = $3
                        WHERE tenant = $1 AND name = $2
                        """)
                .execute(Tuple.of(tenant.value(), name.value(), revision))
                .replaceWithVoid();
    }

    /// Nothing of the cluster is left; its name is given away anew from now on.
    public Uni<Void> retire(SqlConnection connection, TenantId tenant, ClusterName name) {
        return connection
                .preparedQuery(
                        """
                        UPDATE clusters
                        SET state = 'ABSENT', generation = generation + 1, applied_revision = NULL
                        WHERE tenant = $1 AND name = $2
                        """)
                .execute(Tuple.of(tenant.value(), name.value()))
                .replaceWithVoid();
    }
}
