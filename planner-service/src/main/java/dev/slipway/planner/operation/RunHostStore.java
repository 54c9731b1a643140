package dev.slipway.planner.operation;

import dev.slipway.contracts.Wire;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.JumpHost;
import dev.slipway.contracts.order.Materials;
import dev.slipway.planner.clusterfile.Jump;
import dev.slipway.planner.clusterfile.ListedHost;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Keeps a run's hosts and how to get in.
@ApplicationScoped
class RunHostStore {
    Uni<Void> add(SqlConnection connection, RunRecord run, List<ListedHost> hosts) {
        var rows = new ArrayList<Tuple>();
        for (ListedHost host : hosts) {
            rows.add(
                    Tuple.tuple()
                            .addString(run.tenant().value())
                            .addUUID(run.id().value())
                            .addString(host.address().toString())
                            .addInteger(rows.size())
                            .addString(host.label())
                            .addArrayOfString(host.roles().toArray(String[]::new))
                            .addString(
                                    new String(
                                            Wire.bytes(target(run, host)),
                                            StandardCharsets.UTF_8)));
        }
        return connection
                .preparedQuery(
                        """
                        INSERT INTO run_hosts (tenant, run, host, position, name, roles, target)
                        VALUES ($1, $2, $3, $4, $5, $6, $7)
                        """)
                .executeBatch(rows)
                .replaceWithVoid();
    }

    private static HostTarget target(RunRecord run, ListedHost host) {
        return new HostTarget(
                host.label(),
                host.address(),
                host.ssh().user(),
                Materials.credential(host.ssh().credential()),
                host.ssh().sudoCredential().map(Materials::sudoPassword),
                host.ssh().hostKeys(),
                run.wishes().acceptNewHostKeys(),
                host.ssh().jump().stream().map(RunHostStore::jump).toList());
    }

    private static JumpHost jump(Jump jump) {
        return new JumpHost(
                jump.address(),
                jump.user(),
                Materials.credential(jump.credential()),
                jump.hostKeys());
    }
}
