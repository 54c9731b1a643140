package dev.slipway.local.broker;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// How to run the broker.
///
/// @param directory holds the log; made if missing
/// @param port for clients, on 127.0.0.1
/// @param controllerPort for the broker's own controller, on 127.0.0.1
/// @param tls mutual TLS and access control; empty is an open broker, for tests only
/// @param topics made or adjusted at start
public record BrokerSettings(
        Path directory, int port, int controllerPort, Optional<BrokerTls> tls, TopicLayout topics) {

    static final int NODE = 1;
    private static final String CLIENTS = "CLIENTS";
    static final String CONTROLLER = "CONTROLLER";

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /// Settings of a client with the broker's own identity, which may do everything.
    public Map<String, String> clientSettings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("bootstrap.servers", bootstrapServers());
        tls.ifPresent(identity -> {
            settings.put("security.protocol", "SSL");
            settings.putAll(identity.settings());
        });
        return settings;
    }

    Map<String, String> serverSettings() {
        String protocol = tls.isPresent() ? "SSL" : "PLAINTEXT";
        Map<String, String> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(NODE));
        settings.put("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort);
        settings.put(
                "listeners", listener(CLIENTS, port) + "," + listener(CONTROLLER, controllerPort));
        settings.put("advertised.listeners", listener(CLIENTS, port));
        settings.put(
                "listener.security.protocol.map",
                CLIENTS + ":" + protocol + "," + CONTROLLER + ":" + protocol);
        settings.put("controller.listener.names", CONTROLLER);
        settings.put("inter.broker.listener.name", CLIENTS);
        settings.put("log.dirs", directory.toString());
        settings.putAll(SIZE);
        tls.ifPresent(identity -> settings.putAll(access(identity)));
        return settings;
    }

    private static Map<String, String> access(BrokerTls identity) {
        Map<String, String> settings = new HashMap<>(identity.settings());
        settings.put("ssl.client.auth", "required");
        settings.put("principal.builder.class", SpiffePrincipalBuilder.class.getName());
        settings.put(
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.put("allow.everyone.if.no.acl.found", "false");
        settings.put("super.users", "User:broker");
        return settings;
    }

    private static String listener(String name, int port) {
        return name + "://127.0.0.1:" + port;
    }

    /// One node, little memory.
    private static final Map<String, String> SIZE =
            Map.ofEntries(
                    Map.entry("auto.create.topics.enable", "false"),
                    Map.entry("default.replication.factor", "1"),
                    Map.entry("min.insync.replicas", "1"),
                    Map.entry("offsets.topic.replication.factor", "1"),
                    Map.entry("offsets.topic.num.partitions", "4"),
                    Map.entry("transaction.state.log.replication.factor", "1"),
                    Map.entry("transaction.state.log.min.isr", "1"),
                    Map.entry("transaction.state.log.num.partitions", "1"),
                    Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                    Map.entry("share.coordinator.state.topic.min.isr", "1"),
                    Map.entry("share.coordinator.state.topic.num.partitions", "1"),
                    Map.entry("group.initial.rebalance.delay.ms", "0"),
                    // Nobody else can take over the partitions of a lone node.
                    Map.entry("controlled.shutdown.enable", "false"),
                    Map.entry("num.network.threads", "2"),
                    Map.entry("num.io.threads", "4"),
                    Map.entry("background.threads", "2"),
                    Map.entry("log.cleaner.dedupe.buffer.size", "8388608"),
                    Map.entry("log.cleaner.io.buffer.size", "131072"));
}
