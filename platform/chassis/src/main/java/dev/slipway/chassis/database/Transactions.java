package dev.slipway.chassis.database;

import dev.slipway.contracts.id.TenantId;
import io.quarkus.arc.properties.IfBuildProperty;
import io.quarkus.reactive.datasource.ReactiveDataSource;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.function.Function;

/// Every transaction of a service. Work that fails, or is cancelled, is rolled back. Where the
/// database is away the result is a `ProblemFailure` UNAVAILABLE (503); connections heal by
/// themselves when it is back. Transactions don't nest: pass the connection on.
///
/// Isolation is read committed; lock the row that decides (`FOR UPDATE`) before reading what
/// depends on it.
@ApplicationScoped
@IfBuildProperty(name = "slipway.chassis.database", stringValue = "true")
public class Transactions {
    // The policies of `slipway_protect` (db/chassis) read it. Local to the transaction (true).
    private static final String SET_TENANT = "SELECT set_config('slipway.tenant', $1, true)";

    private final Pool app;
    private final Pool worker;

    @Inject
    public Transactions(Pool app, @ReactiveDataSource("worker") Pool worker) {
        this.app = app;
        this.worker = worker;
    }

    /// Work that sees and makes rows of this tenant only. Its first statement is sent together with
    /// the one that sets the tenant, which is carried out before it; fails that, so does the other.
    public <T> Uni<T> inTenant(TenantId tenant, Function<SqlConnection, Uni<T>> work) {
        return app.withTransaction(connection ->
                        Pipeline.after(
                                connection
                                        .preparedQuery(SET_TENANT)
                                        .execute(Tuple.of(tenant.value())),
                                Uni.createFrom().deferred(() -> work.apply(connection))))
                .onFailure()
                .transform(DatabaseFailures::translated);
    }

    /// Work across tenants, for consumers and watchdogs; never for a request. Sees what the
    /// migrations grant to the worker.
    public <T> Uni<T> asWorker(Function<SqlConnection, Uni<T>> work) {
        return worker.withTransaction(work).onFailure().transform(DatabaseFailures::translated);
    }

    /// The database's time: when the transaction began. The only clock that decisions take.
    public static Uni<Instant> now(SqlConnection connection) {
        return connection
                .query("SELECT now()")
                .execute()
                .map(rows -> rows.iterator().next().getOffsetDateTime(0).toInstant());
    }
}
