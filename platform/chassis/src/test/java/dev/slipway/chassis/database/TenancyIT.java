package dev.slipway.chassis.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.chassis.probe.Web;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.testkit.StackResource;
import io.quarkus.reactive.datasource.ReactiveDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "planner"))
class TenancyIT {
    private static final TenantId RED = TenantId.of("red");
    private static final TenantId BLUE = TenantId.of("blue");

    @Inject Transactions transactions;
    @Inject Pool app;

    @Inject
    @ReactiveDataSource("worker")
    Pool worker;

    @Test
    void aTenantSeesItsOwnRowsOnly() {
        String text = unique();
        in(RED, connection -> insert(connection, RED, text));

        assertThat(in(RED, TenancyIT::texts)).contains(text);
        assertThat(in(BLUE, TenancyIT::texts)).doesNotContain(text);
        assertThat(await(transactions.asWorker(TenancyIT::texts))).contains(text);
    }

    @Test
    void routesOfTwoTenantsDoNotShowEachOthersRows() {
        String text = "r" + UUID.randomUUID().toString().substring(0, 8);
        String body =
                "{\"text\":\"%s\",\"outcome\":\"FAILED\",\"cluster\":\"demo\"}".formatted(text);

        int status =
                Web.user("red", "ann", "operator")
                        .post("/v1/notes", "application/json", body)
                        .status();

        assertThat(status).isEqualTo(204);
        assertThat(Web.user("red", "ann", "viewer").get("/v1/notes").text()).contains(text);
        assertThat(Web.user("blue", "bob", "admin").get("/v1/notes").text()).doesNotContain(text);
    }

    @Test
    void aTenantCannotMakeOrTakeARowOfAnother() {
        String text = unique();
        in(RED, connection -> insert(connection, RED, text));

        assertThatThrownBy(() -> in(BLUE, connection -> insert(connection, RED, unique())))
                .isInstanceOfSatisfying(
                        PgException.class,
                        e -> assertThat(e.getMessage()).contains("row-level security"));
        int changed =
                in(
                        BLUE,
                        connection ->
                                connection
                                        .preparedQuery("DELETE FROM note WHERE text = $1")
                                        .execute(Tuple.of(text))
                                        .map(rows -> rows.rowCount()));
        assertThat(changed).isZero();
    }

    @Test
    void withoutATenantNothingIsSeen() {
        in(RED, connection -> insert(connection, RED, unique()));

        // A connection that never had a tenant refuses; one that was used before sees nothing.
        List<String> seen = new ArrayList<>();
        try {
            seen.addAll(await(app.withTransaction(TenancyIT::texts)));
        } catch (PgException e) {
            assertThat(e.getSqlState()).isEqualTo("42704");
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void noRoleIsAboveRowLevelSecurity() {
        for (Pool pool : List.of(app, worker)) {
            boolean above =
                    await(
                            pool.query(
                                            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
                                    .execute()
                                    .map(rows -> rows.iterator().next().getBoolean(0)));
            assertThat(above).isFalse();
        }
    }

    @Test
    void requestsCannotReadOrEmptyTheOutbox() {
        for (String statement : List.of("SELECT * FROM outbox", "DELETE FROM outbox")) {
            assertThatThrownBy(() -> in(RED, connection -> connection.query(statement).execute()))
                    .isInstanceOfSatisfying(
                            PgException.class, e -> assertThat(e.getSqlState()).isEqualTo("42501"));
        }
    }

    @Test
    void workThatFailsIsRolledBack() {
        String text = unique();

        assertThatThrownBy(() ->
                        in(
                                RED,
                                connection ->
                                        insert(connection, RED, text)
                                                .chain(() ->
                                                        Uni.createFrom()
                                                                .failure(
                                                                        new IllegalStateException(
                                                                                "no")))))
                .hasMessage("no");
        assertThat(in(RED, TenancyIT::texts)).doesNotContain(text);
    }

    @Test
    void timeIsTheDatabases() {
        Instant now = await(transactions.asWorker(Transactions::now));

        assertThat(now).isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
    }

    private <T> T in(TenantId tenant, Function<SqlConnection, Uni<T>> work) {
        return await(transactions.inTenant(tenant, work));
    }

    private static <T> T await(Uni<T> work) {
        return work.await().atMost(Duration.ofSeconds(20));
    }

    private static Uni<Integer> insert(SqlConnection connection, TenantId tenant, String text) {
        return connection
                .preparedQuery("INSERT INTO note (id, tenant, text) VALUES ($1, $2, $3)")
                .execute(Tuple.of(UUID.randomUUID(), tenant.value(), text))
                .map(rows -> rows.rowCount());
    }

    private static Uni<List<String>> texts(SqlConnection connection) {
        return connection
                .query("SELECT text FROM note")
                .execute()
                .map(rows -> {
                    List<String> texts = new ArrayList<>();
                    rows.forEach(row -> texts.add(row.getString(0)));
                    return texts;
                });
    }

    private static String unique() {
        return UUID.randomUUID().toString();
    }
}
