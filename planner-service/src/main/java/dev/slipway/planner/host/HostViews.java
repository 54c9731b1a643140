package dev.slipway.planner.host;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// Reads hosts for the API.
@ApplicationScoped
public class HostViews {
    private static final String SELECT =
            """
            SELECT h.address, h.name, h.cluster, h.roles, h.facts, h.presented_key,
                   array(SELECT key FROM host_keys k
                         WHERE k.tenant = h.tenant AND k.address = h.address
                         ORDER BY pinned_at, key) AS keys
            FROM hosts h WHERE h.tenant = $1
            """;

    HostViews() {}

    /// All hosts of the tenant, by address.
    public Uni<List<HostView>> all(SqlConnection connection, TenantId tenant) {
        return query(connection, SELECT + " ORDER BY h.address", Tuple.of(tenant.value()));
    }

    /// Those of a cluster, control planes first.
    public Uni<List<HostView>> ofCluster(
            SqlConnection connection, TenantId tenant, String cluster) {
        return query(
                connection,
                SELECT
                        + " AND h.cluster = $2 ORDER BY NOT 'control-plane' = ANY (h.roles), h.address",
                Tuple.of(tenant.value(), cluster));
    }

    Uni<Optional<HostView>> one(SqlConnection connection, TenantId tenant, HostAddress host) {
        return query(
                        connection,
                        SELECT + " AND h.address = $2",
                        Tuple.of(tenant.value(), host.toString()))
                .map(found -> found.stream().findFirst());
    }

    private static Uni<List<HostView>> query(SqlConnection connection, String sql, Tuple values) {
        return connection
                .preparedQuery(sql)
                .execute(values)
                .map(rows ->
                        StreamSupport.stream(rows.spliterator(), false)
                                .map(HostViews::view)
                                .toList());
    }

    private static HostView view(Row row) {
        HostAddress address = HostAddress.of(row.getString("address"));
        @Nullable String name = row.getString("name");
        return new HostView(
                address,
                name == null ? address.address() : name,
                Optional.ofNullable(row.getString("cluster")),
                Arrays.asList(row.getArrayOfStrings("roles")),
                Optional.ofNullable(row.getString("facts")).map(HostViews::json),
                Arrays.stream(row.getArrayOfStrings("keys"))
                        .map(HostKey::new)
                        .map(HostView.KnownKey::of)
                        .toList(),
                Optional.ofNullable(row.getString("presented_key"))
                        .map(HostKey::new)
                        .map(HostView.KnownKey::of));
    }

    private static JsonNode json(String text) {
        try {
            return Wire.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("facts in the database are no JSON", e);
        }
    }
}
