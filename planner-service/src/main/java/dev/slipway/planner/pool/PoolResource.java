package dev.slipway.planner.pool;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.identity.Caller;
import dev.slipway.chassis.identity.Roles;
import dev.slipway.contracts.id.TenantId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Pools. Asking the broker blocks, so it is done on virtual threads.
@Path("/v1/pools")
@Tag(name = "pools")
@RunOnVirtualThread
class PoolResource {
    private static final String TASKS =
            """
            SELECT r.pool,
                   count(*) FILTER (WHERE t.started_at IS NULL) AS waiting,
                   count(*) FILTER (WHERE t.started_at IS NOT NULL) AS running
            FROM tasks t JOIN runs r ON r.id = t.run
            WHERE t.state = 'IN_FLIGHT' GROUP BY r.pool
            """;

    private record Load(long waiting, long running) {
        static final Load NONE = new Load(0, 0);
    }

    private final Pools pools;
    private final Transactions transactions;
    private final Caller caller;

    @Inject
    PoolResource(Pools pools, Transactions transactions, Caller caller) {
        this.pools = pools;
        this.transactions = transactions;
        this.caller = caller;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Operation(summary = "The pools that the tenant may use, and who works there.")
    public PoolView.Listing list() {
        TenantId tenant = caller.tenant();
        List<Pools.Standing> standings = pools.of(tenant);
        Map<String, Load> loads =
                transactions.inTenant(tenant, PoolResource::loads).await().indefinitely();
        return new PoolView.Listing(
                standings.stream().map(standing -> view(standing, loads)).toList());
    }

    private static PoolView view(Pools.Standing standing, Map<String, Load> loads) {
        String name = standing.pool().name().value();
        Load load = loads.getOrDefault(name, Load.NONE);
        return new PoolView(
                name,
                standing.executors(),
                standing.pool().partitions(),
                load.waiting(),
                load.running());
    }

    private static Uni<Map<String, Load>> loads(SqlConnection connection) {
        return connection
                .query(TASKS)
                .execute()
                .map(rows -> {
                    Map<String, Load> loads = new HashMap<>();
                    for (Row row : rows) {
                        loads.put(
                                row.getString("pool"),
                                new Load(row.getLong("waiting"), row.getLong("running")));
                    }
                    return loads;
                });
    }
}
