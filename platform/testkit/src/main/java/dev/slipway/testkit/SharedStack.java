package dev.slipway.testkit;

import dev.slipway.contracts.id.PoolName;
import dev.slipway.local.broker.BrokerSettings;
import dev.slipway.local.broker.EmbeddedBroker;
import dev.slipway.local.broker.TopicLayout;
import dev.slipway.local.database.DatabaseSettings;
import dev.slipway.local.database.EmbeddedDatabase;
import dev.slipway.local.process.Ports;
import dev.slipway.local.settings.ServiceSettings;
import dev.slipway.local.settings.Wiring;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;

/// The JVM's one broker and database. [TestStack] calls it through the system class loader.
final class SharedStack {

    private static final List<PoolName> POOLS =
            List.of(PoolName.of(ServiceSettings.POOL), PoolName.of("edge"));

    private static @Nullable Wiring running;

    private SharedStack() {}

    static synchronized Map<String, String> settings(String service) {
        if (running == null) {
            running = start(TestFolder.current());
        }
        return ServiceSettings.of(service, running);
    }

    private static Wiring start(Path folder) {
        List<Integer> ports = Ports.free(7);
        ClassLoader callers = Thread.currentThread().getContextClassLoader();
        // Kafka looks its classes up by the thread's loader, and keeps what it finds.
        Thread.currentThread().setContextClassLoader(SharedStack.class.getClassLoader());
        try {
            CompletableFuture<EmbeddedDatabase> database =
                    CompletableFuture.supplyAsync(() -> database(folder, ports.get(0)));
            EmbeddedBroker broker =
                    EmbeddedBroker.start(
                            new BrokerSettings(
                                    folder.resolve("broker"),
                                    ports.get(1),
                                    ports.get(2),
                                    Optional.empty(),
                                    new TopicLayout(POOLS, TopicLayout.Partitions.DEFAULT, false)));
            return new Wiring(
                    folder,
                    new Wiring.Broker(broker.settings().bootstrapServers(), "PLAINTEXT"),
                    database.join().server(),
                    TestStack.keys(),
                    servicePorts(ports.subList(3, 7)),
                    UUID.randomUUID().toString());
        } finally {
            Thread.currentThread().setContextClassLoader(callers);
        }
    }

    private static EmbeddedDatabase database(Path folder, int port) {
        EmbeddedDatabase database =
                EmbeddedDatabase.start(
                        new DatabaseSettings(
                                folder.resolve("database"),
                                TestFolder.binaries(),
                                port,
                                false,
                                ServiceSettings.WITH_DATABASE));
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> {
                            // A broker that finds its folder gone halts the JVM with an error,
                            // which would fail tests that passed.
                            Exit.setHaltProcedure((status, message) -> {});
                            Exit.setExitProcedure((status, message) -> {});
                            // The data end with the tests: no checkpoint is worth waiting for.
                            database.process().signal("QUIT");
                            TestFolder.remove();
                        }));
        return database;
    }

    private static Map<String, Integer> servicePorts(List<Integer> ports) {
        Map<String, Integer> byService = new HashMap<>();
        for (int i = 0; i < ServiceSettings.SERVICES.size(); i++) {
            byService.put(ServiceSettings.SERVICES.get(i), ports.get(i));
        }
        return byService;
    }
}
