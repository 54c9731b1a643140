package dev.slipway.local.broker;

import dev.slipway.local.files.PrivateFile;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/// A Kafka broker in this JVM; its log stays when it is closed.
public final class EmbeddedBroker implements AutoCloseable {

    private final BrokerSettings settings;
    private final KafkaRaftServer server;

    private EmbeddedBroker(BrokerSettings settings, KafkaRaftServer server) {
        this.settings = settings;
        this.server = server;
    }

    /// Formats the directory if it is new, starts the broker and brings topics and access rules to
    /// the plan; returns when clients can use it.
    public static EmbeddedBroker start(BrokerSettings settings) {
        format(settings);
        Properties properties = new Properties();
        properties.putAll(settings.serverSettings());
        KafkaRaftServer server =
                new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        server.startup();
        EmbeddedBroker broker = new EmbeddedBroker(settings, server);
        broker.provision();
        return broker;
    }

    public BrokerSettings settings() {
        return settings;
    }

    /// Returns when the broker has ended, by [#close()] or by itself.
    public void awaitEnd() {
        server.awaitShutdown();
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private void provision() {
        Map<String, Object> client = new HashMap<>(settings.clientSettings());
        try (Admin admin = Admin.create(client)) {
            BrokerProvisioning provisioning = new BrokerProvisioning(admin);
            provisioning.topics(settings.topics().topics());
            if (settings.tls().isPresent()) {
                provisioning.access(AccessPlan.of(settings.topics().pools()));
            }
        } catch (ExecutionException e) {
            close();
            throw new IllegalStateException(
                    "broker "
                            + settings.bootstrapServers()
                            + ": cannot make topics and access rules: "
                            + e.getCause(),
                    e);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException(
                    "broker " + settings.bootstrapServers() + ": interrupted while it started", e);
        }
    }

    private static void format(BrokerSettings settings) {
        PrivateFile.directory(settings.directory());
        if (Files.exists(settings.directory().resolve("meta.properties"))) {
            return;
        }
        try (PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(BrokerSettings.NODE)
                    .setControllerListenerName(BrokerSettings.CONTROLLER)
                    .addDirectory(settings.directory().toString())
                    .setMetadataLogDirectory(settings.directory().toString())
                    .setIgnoreFormatted(true)
                    .setPrintStream(nowhere)
                    .run();
        } catch (Exception e) { // what Formatter.run declares
            throw new IllegalStateException(
                    "cannot format the broker's directory \""
                            + settings.directory()
                            + "\": "
                            + e.getMessage(),
                    e);
        }
    }
}
