package dev.slipway.chassis.database;

import dev.slipway.contracts.id.TenantId;
import io.quarkus.arc.properties.IfBuildProperty;
import io.quarkus.reactive.datasource.ReactiveDataSource;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/// Every transaction of a service. Work that fails, or is cancelled, is rolled back. Where the
/// database is away the result is a `ProblemFailure` UNAVAILABLE (503); connections heal by
/// themselves when it is back. Transactions don't nest: pass the session or connection on.
///
/// Isolation is read committed; lock the row that decides (`FOR UPDATE`) before reading what
/// depends on it.
@ApplicationScoped
@IfBuildProperty(name = "slipway.chassis.database", stringValue = "true")
public class Transactions {
    // The policies of `slipway_protect` (db/chassis) read it. Local to the transaction (true).
    private static final String SET_TENANT = "SELECT set_config('slipway.tenant', $1, true)";

    private final Instance<Mutiny.SessionFactory> sessions;
    private final Pool app;
    private final Pool worker;

    @Inject
    public Transactions(
            Instance<Mutiny.SessionFactory> sessions,
            Pool app,
            @ReactiveDataSource("worker") Pool worker) {
        this.sessions = sessions;
        this.app = app;
        this.worker = worker;
    }

    /// Work on entities that sees and makes rows of this tenant only. Call it on a Vert.x context
    /// (a route or consumer that returns `Uni`); from a blocking thread wrap it in
    /// `VertxContextSupport.subscribeAndAwait`. The service must have an entity, else there is no
    /// session factory.
    public <T> Uni<T> inTenant(TenantId tenant, Function<Mutiny.Session, Uni<T>> work) {
        return Uni.createFrom()
                .deferred(() -> sessions.get().openSession())
                .chain(session ->
                        session.withTransaction(_ ->
                                        enter(session, tenant).chain(() -> work.apply(session)))
                                .eventually(session::close))
                .onFailure()
                .transform(DatabaseFailures::translated);
    }

    /// The same in plain SQL, on any thread.
    public <T> Uni<T> sqlInTenant(TenantId tenant, Function<SqlConnection, Uni<T>> work) {
        return app.withTransaction(connection ->
                        connection
                                .preparedQuery(SET_TENANT)
                                .execute(Tuple.of(tenant.value()))
                                .chain(() -> work.apply(connection)))
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

    /// The database's time: when the transaction began.
    public static Uni<Instant> now(Mutiny.QueryProducer session) {
        return session.createNativeQuery("SELECT now()", OffsetDateTime.class)
                .getSingleResult()
                .map(OffsetDateTime::toInstant);
    }

    private static Uni<String> enter(Mutiny.Session session, TenantId tenant) {
        return session.createNativeQuery(
                        "SELECT set_config('slipway.tenant', :tenant, true)", String.class)
                .setParameter("tenant", tenant.value())
                .getSingleResult();
    }
}
