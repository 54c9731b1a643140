package dev.slipway.chassis.outbox;

import dev.slipway.local.broker.BrokerSettings;
import dev.slipway.local.broker.EmbeddedBroker;
import dev.slipway.local.broker.TopicLayout;
import dev.slipway.local.database.DatabaseRole;
import dev.slipway.local.database.DatabaseSettings;
import dev.slipway.local.database.EmbeddedDatabase;
import dev.slipway.local.process.Ports;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.Flyway;

/// A broker and a database of one's own, which can be stopped and started again.
final class Machines implements AutoCloseable {
    static final String SERVICE = "planner";

    private final BrokerSettings brokerSettings;
    private final DatabaseSettings databaseSettings;
    private EmbeddedBroker broker;
    private EmbeddedDatabase database;

    Machines(Path folder) {
        List<Integer> ports = Ports.free(3);
        brokerSettings =
                new BrokerSettings(
                        folder.resolve("broker"),
                        ports.get(0),
                        ports.get(1),
                        Optional.empty(),
                        new TopicLayout(List.of(), TopicLayout.Partitions.DEFAULT, false));
        databaseSettings =
                new DatabaseSettings(
                        folder.resolve("database"),
                        Path.of(System.getProperty("user.home"), ".cache", "slipway"),
                        ports.get(2),
                        false,
                        List.of(SERVICE));
        database = EmbeddedDatabase.start(databaseSettings);
        broker = EmbeddedBroker.start(brokerSettings);
    }

    void migrate() {
        Flyway.configure()
                .dataSource(jdbcUrl(), user(DatabaseRole.OWNER), password(DatabaseRole.OWNER))
                .locations("db/chassis")
                .placeholders(
                        Map.of(
                                "app", user(DatabaseRole.APP),
                                "worker", user(DatabaseRole.WORKER),
                                "owner", user(DatabaseRole.OWNER)))
                .load()
                .migrate();
    }

    void stopBroker() {
        broker.close();
    }

    void startBroker() {
        broker = EmbeddedBroker.start(brokerSettings);
    }

    void stopDatabase() {
        database.close();
    }

    void startDatabase() {
        database = EmbeddedDatabase.start(databaseSettings);
    }

    String brokerServers() {
        return brokerSettings.bootstrapServers();
    }

    int databasePort() {
        return databaseSettings.port();
    }

    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(databasePort(), SERVICE);
    }

    String user(DatabaseRole role) {
        return role.of(SERVICE);
    }

    String password(DatabaseRole role) {
        return database.server().password(SERVICE, role);
    }

    @Override
    public void close() {
        broker.close();
        database.close();
    }
}
