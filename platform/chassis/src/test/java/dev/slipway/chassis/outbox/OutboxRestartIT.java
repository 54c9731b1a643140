package dev.slipway.chassis.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.event.CloudEvent;
import dev.slipway.chassis.event.EventPublisher;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.chassis.telemetry.MetricNames;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.local.database.DatabaseRole;
import dev.slipway.testkit.KafkaProbe;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgBuilder;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The relay while the broker, the database or another relay goes away and comes back.
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class OutboxRestartIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ClusterName CLUSTER = ClusterName.of("demo");

    private static Machines machines;
    private static Vertx vertx;
    private static Pool app;
    private static Pool worker;

    private final Outbox outbox = new Outbox();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private Transactions transactions;
    private EventPublisher publisher;
    private OutboxRelay relay;
    private OutboxMetrics metrics;
    private TenantId tenant;

    @BeforeAll
    static void start(@TempDir Path folder) {
        machines = new Machines(folder);
        machines.migrate();
        vertx = Vertx.vertx();
        app = pool(DatabaseRole.APP);
        worker = pool(DatabaseRole.WORKER);
    }

    @AfterAll
    static void stop() {
        app.closeAndAwait();
        worker.closeAndAwait();
        vertx.closeAndAwait();
        machines.close();
    }

    @BeforeEach
    void startRelay(TestInfo test) {
        transactions = new Transactions(app, worker);
        publisher = new EventPublisher(Map.of("bootstrap.servers", machines.brokerServers()));
        tenant = TenantId.of("t" + Integer.toHexString(test.getDisplayName().hashCode()));
        metrics = new OutboxMetrics(transactions, meters);
        relay = relay();
        relay.start(new StartupEvent());
    }

    @AfterEach
    void stopRelay() throws InterruptedException {
        relay.stop(new ShutdownEvent());
        publisher.close();
    }

    @Test
    void aBrokerThatIsRestartedLosesNothingAndKeepsTheOrder() {
        write(0, 100);
        machines.stopBroker();
        write(100, 200);
        assertThat(measured(MetricNames.OUTBOX_DEPTH)).isGreaterThanOrEqualTo(100);
        assertThat(measured(MetricNames.OUTBOX_AGE)).isBetween(0.001, 60.0);
        machines.startBroker();
        write(200, 300);

        assertThat(published(300)).containsExactlyElementsOf(numbers(300));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(measured(MetricNames.OUTBOX_DEPTH)).isZero());
        assertThat(measured(MetricNames.OUTBOX_AGE)).isZero();
    }

    @Test
    void aDatabaseThatIsRestartedIsFoundAgainAndIsUnavailableMeanwhile() {
        write(0, 50);
        machines.stopDatabase();

        ReasonCode meanwhile = codeOfWrite(1_000_000);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(relay.healthy()).isFalse());
        machines.startDatabase();
        await().atMost(LIMIT).until(() -> attempt(50));
        write(51, 100);

        assertThat(meanwhile).isEqualTo(ReasonCode.UNAVAILABLE);
        assertThat(published(100)).containsExactlyElementsOf(numbers(100));
        assertThat(relay.healthy()).isTrue();
    }

    @Test
    void aSecondRelayWaitsAndTakesOver() throws InterruptedException {
        await().atMost(LIMIT).until(relay::healthy);
        OutboxRelay second = relay();
        second.start(new StartupEvent());
        try {
            await().atMost(LIMIT)
                    .untilAsserted(() ->
                            assertThat(second.state())
                                    .isEqualTo("waiting: another process relays"));
            write(0, 20);
            relay.stop(new ShutdownEvent());
            write(20, 40);

            assertThat(published(40)).containsExactlyElementsOf(numbers(40));
            assertThat(second.state()).isEqualTo("relaying");
        } finally {
            second.stop(new ShutdownEvent());
        }
    }

    private OutboxRelay relay() {
        return new OutboxRelay(
                new RelayConfig(
                        machines.jdbcUrl(),
                        machines.user(DatabaseRole.WORKER),
                        machines.password(DatabaseRole.WORKER)),
                publisher,
                meters);
    }

    private void write(int from, int to) {
        IntStream.range(from, to).forEach(this::write);
    }

    private void write(int number) {
        var event =
                new RunEvent.CancelRequested(
                        tenant, CLUSTER, RunId.next(), Integer.toString(number), Instant.now());
        var record =
                new OutboxRecord(
                        Topics.RUNS,
                        tenant + "/" + CLUSTER,
                        CloudEvent.of("/slipway/probe", event, event.at())
                                .withTenant(tenant)
                                .withActor(Integer.toString(number)));
        transactions
                .inTenant(tenant, connection -> outbox.add(connection, record))
                .await()
                .atMost(LIMIT);
    }

    private ReasonCode codeOfWrite(int number) {
        try {
            write(number);
            throw new AssertionError("the database answered");
        } catch (ProblemFailure failure) {
            return failure.code();
        }
    }

    private boolean attempt(int number) {
        try {
            write(number);
            return true;
        } catch (ProblemFailure failure) {
            return false;
        }
    }

    /// The numbers in the order of their first appearance; a record may come twice.
    private List<Integer> published(int count) {
        try (KafkaProbe probe =
                KafkaProbe.with(Map.of("bootstrap.servers", machines.brokerServers()))) {
            LinkedHashSet<Integer> numbers = new LinkedHashSet<>();
            await().atMost(LIMIT)
                    .untilAsserted(() -> {
                        numbers.clear();
                        probe.records(Topics.RUNS).stream()
                                .filter(record -> record.key().startsWith(tenant + "/"))
                                .map(record -> KafkaProbe.header(record, "ce_authid"))
                                .map(Integer::valueOf)
                                .forEach(numbers::add);
                        assertThat(numbers).hasSizeGreaterThanOrEqualTo(count);
                    });
            return List.copyOf(numbers);
        }
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private double measured(String gauge) {
        metrics.measure().await().atMost(LIMIT);
        return meters.get(gauge).gauge().value();
    }

    private static Pool pool(DatabaseRole role) {
        return PgBuilder.pool()
                .using(vertx)
                .connectingTo(
                        new PgConnectOptions()
                                .setHost("127.0.0.1")
                                .setPort(machines.databasePort())
                                .setDatabase(Machines.SERVICE)
                                .setUser(machines.user(role))
                                .setPassword(machines.password(role)))
                .build();
    }
}
