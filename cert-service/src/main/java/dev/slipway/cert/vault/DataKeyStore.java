package dev.slipway.cert.vault;

import dev.slipway.cert.database.Parameters;
import dev.slipway.contracts.id.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The table of wrapped data keys.
final class DataKeyStore {
    // Any constant: advisory locks are per database.
    private static final long ROTATION_LOCK = 0x534c_4950_564c_5431L;

    /// @param keyId the key-encryption key that wrapped it
    record Wrapped(TenantId tenant, Sealed key, String keyId) {}

    private DataKeyStore() {}

    static Uni<Optional<Sealed>> find(SqlConnection connection, TenantId tenant) {
        return connection
                .preparedQuery("SELECT wrapped FROM data_key WHERE tenant = $1")
                .execute(Parameters.of(tenant))
                .map(rows ->
                        first(rows).map(row -> Sealed.of(row.getBuffer("wrapped").getBytes())));
    }

    /// @return the tenant's data key, which is another one if somebody else was faster
    static Uni<Sealed> keep(SqlConnection connection, Wrapped key) {
        return connection
                .preparedQuery(
                        """
                        INSERT INTO data_key (tenant, wrapped, key_id) VALUES ($1, $2, $3)
                        ON CONFLICT (tenant) DO NOTHING
                        """)
                .execute(Parameters.of(key.tenant(), key.key().bytes(), key.keyId()))
                .chain(() -> find(connection, key.tenant()))
                .map(Optional::orElseThrow);
    }

    /// Keeps other rotations out until the transaction ends.
    static Uni<Void> lockRotation(SqlConnection worker) {
        return worker.preparedQuery("SELECT pg_advisory_xact_lock($1)")
                .execute(Parameters.of(ROTATION_LOCK))
                .replaceWithVoid();
    }

    static Uni<List<Wrapped>> all(SqlConnection worker) {
        return worker.query("SELECT tenant, wrapped, key_id FROM data_key ORDER BY tenant")
                .execute()
                .map(rows -> {
                    var keys = new ArrayList<Wrapped>();
                    rows.forEach(row -> keys.add(wrapped(row)));
                    return keys;
                });
    }

    static Uni<Void> replaceAll(SqlConnection worker, List<Wrapped> keys) {
        Uni<Void> all = Uni.createFrom().voidItem();
        for (Wrapped key : keys) {
            all = all.chain(() -> replace(worker, key));
        }
        return all;
    }

    private static Uni<Void> replace(SqlConnection worker, Wrapped key) {
        return worker.preparedQuery(
                        "UPDATE data_key SET wrapped = $2, key_id = $3, wrapped_at = now() WHERE tenant = $1")
                .execute(Parameters.of(key.tenant(), key.key().bytes(), key.keyId()))
                .replaceWithVoid();
    }

    private static Wrapped wrapped(Row row) {
        return new Wrapped(
                TenantId.of(row.getString("tenant")),
                Sealed.of(row.getBuffer("wrapped").getBytes()),
                row.getString("key_id"));
    }

    private static Optional<Row> first(RowSet<Row> rows) {
        var all = rows.iterator();
        return all.hasNext() ? Optional.of(all.next()) : Optional.empty();
    }
}
