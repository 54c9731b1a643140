package dev.slipway.planner.cluster;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.planner.host.HostView;
import dev.slipway.planner.host.HostViews;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/// Reads clusters for the API.
@ApplicationScoped
class ClusterViews {
    private static final String SELECT =
            """
            SELECT c.name, c.generation, c.state, c.revision, c.applied_revision, c.last_run,
                   r.operation, r.stage, r.outcome
            FROM clusters c LEFT JOIN runs r ON r.id = c.last_run
            WHERE c.tenant = $1
            """;

    private final HostViews hosts;

    @Inject
    ClusterViews(HostViews hosts) {
        this.hosts = hosts;
    }

    Uni<List<ClusterView>> all(SqlConnection connection, TenantId tenant) {
        return connection
                .preparedQuery(SELECT + " ORDER BY c.name")
                .execute(Tuple.of(tenant.value()))
                .chain(rows ->
                        hosts.all(connection, tenant)
                                .map(found -> {
                                    var byCluster =
                                            found.stream()
                                                    .filter(h -> h.cluster().isPresent())
                                                    .collect(
                                                            Collectors.groupingBy(h ->
                                                                    h.cluster().orElseThrow()));
                                    return StreamSupport.stream(rows.spliterator(), false)
                                            .map(row ->
                                                    view(
                                                            row,
                                                            byCluster.getOrDefault(
                                                                    row.getString("name"),
                                                                    List.of())))
                                            .toList();
                                }));
    }

    Uni<Optional<ClusterView>> one(SqlConnection connection, TenantId tenant, ClusterName name) {
        return connection
                .preparedQuery(SELECT + " AND c.name = $2")
                .execute(Tuple.of(tenant.value(), name.value()))
                .chain(rows ->
                        hosts.ofCluster(connection, tenant, name.value())
                                .map(members ->
                                        rows.size() == 0
                                                ? Optional.empty()
                                                : Optional.of(
                                                        view(rows.iterator().next(), members))));
    }

    private static ClusterView view(Row row, List<HostView> hosts) {
        ClusterRecord record = ClusterStore.record(row);
        return new ClusterView(
                record.name(),
                record.generation(),
                record.revision(),
                record.appliedRevision().isPresent()
                        ? Optional.of(record.appliedRevision().getAsInt())
                        : Optional.empty(),
                record.state(),
                hosts,
                record.lastRun().map(id -> lastRun(id, row)));
    }

    private static ClusterView.LastRun lastRun(RunId id, Row row) {
        return new ClusterView.LastRun(
                id,
                row.getString("operation"),
                row.getString("stage"),
                Optional.ofNullable(row.getString("outcome")));
    }
}
