package dev.slipway.local.part;

import dev.slipway.contracts.id.PoolName;
import dev.slipway.local.broker.BrokerSettings;
import dev.slipway.local.broker.BrokerTls;
import dev.slipway.local.broker.EmbeddedBroker;
import dev.slipway.local.broker.TopicLayout;
import dev.slipway.local.files.PrivateFile;
import dev.slipway.local.identity.TlsFiles;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The broker's process. One argument: its settings file. It ends on SIGTERM.
final class BrokerMain {

    private BrokerMain() {}

    public static void main(String[] arguments) {
        Path file = Path.of(arguments[0]);
        EmbeddedBroker broker = EmbeddedBroker.start(settings(PrivateFile.read(file)));
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-stop"));
        PrivateFile.write(readyFile(file), Long.toString(ProcessHandle.current().pid()));
        broker.awaitEnd();
    }

    /// Holds the broker's pid once it serves.
    static Path readyFile(Path settingsFile) {
        return settingsFile.resolveSibling("ready");
    }

    /// The settings as text, for [#settings(Map)].
    static Map<String, String> text(
            Path folder, Map<String, Integer> ports, TlsFiles tls, List<String> pools) {
        Map<String, String> text = new TreeMap<>();
        text.put("directory", folder.resolve("log").toString());
        text.put("port", String.valueOf(ports.get("broker")));
        text.put("controller-port", String.valueOf(ports.get("broker-controller")));
        text.put("identity", tls.bundle().toString());
        text.put("authority", tls.authority().toString());
        text.put("pools", String.join(",", pools));
        return text;
    }

    private static BrokerSettings settings(Map<String, String> text) {
        return new BrokerSettings(
                Path.of(required(text, "directory")),
                Integer.parseInt(required(text, "port")),
                Integer.parseInt(required(text, "controller-port")),
                Optional.of(
                        new BrokerTls(
                                Path.of(required(text, "identity")),
                                Path.of(required(text, "authority")))),
                new TopicLayout(
                        Arrays.stream(required(text, "pools").split(","))
                                .map(PoolName::of)
                                .toList(),
                        TopicLayout.Partitions.DEFAULT,
                        true));
    }

    private static String required(Map<String, String> text, String key) {
        String value = text.get(key);
        if (value == null) {
            throw new IllegalArgumentException("the broker's settings lack \"" + key + "\"");
        }
        return value;
    }
}
