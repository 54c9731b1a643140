package dev.slipway.local.part;

import dev.slipway.local.files.PrivateFile;
import dev.slipway.local.process.ProcessStamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The Kafka broker; it is ready when topics and access rules are there.
final class BrokerProgram extends JavaProgram {

    private static final String LOGGING =
            """
            handlers=java.util.logging.ConsoleHandler
            java.util.logging.ConsoleHandler.level=ALL
            java.util.logging.SimpleFormatter.format=%1$tF %1$tT.%1$tL %4$s %3$s %5$s%6$s%n
            .level=WARNING
            kafka.server.KafkaRaftServer.level=INFO
            org.apache.kafka.common.utils.AppInfoParser.level=WARNING
            """;

    private final String classPath;
    private final Map<String, String> settings;
    private final Path folder;

    /// @param settings as [BrokerMain] reads them
    BrokerProgram(Launch launch, String classPath, Map<String, String> settings) {
        super(launch);
        this.classPath = classPath;
        this.settings = Map.copyOf(settings);
        this.folder = launch.folder();
    }

    @Override
    public void prepare() {
        super.prepare();
        PrivateFile.write(settingsFile(), settings);
        PrivateFile.write(loggingFile(), LOGGING);
        PrivateFile.deleteTree(BrokerMain.readyFile(settingsFile()));
    }

    @Override
    List<String> arguments() {
        return List.of(
                QUICK_COMPILER,
                "-Xmx320m",
                "-Dlog4j2.statusLoggerLevel=OFF",
                "-Djava.util.logging.config.file=" + loggingFile(),
                "-cp",
                classPath,
                BrokerMain.class.getName(),
                settingsFile().toString());
    }

    @Override
    public boolean ready(ProcessStamp process) {
        try {
            return Files.readString(BrokerMain.readyFile(settingsFile()))
                    .strip()
                    .equals(Long.toString(process.pid()));
        } catch (IOException e) {
            return false;
        }
    }

    private Path settingsFile() {
        return folder.resolve("broker.properties");
    }

    private Path loggingFile() {
        return folder.resolve("logging.properties");
    }
}
