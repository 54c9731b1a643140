package dev.slipway.status;

import dev.slipway.testkit.TestStack;
import dev.slipway.testkit.TestTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/// The packaged service as a process of its own, against the test stack.
final class StatusProcess implements AutoCloseable {
    private static final Path PROGRAM = Path.of("target", "quarkus-app", "quarkus-run.jar");

    private final Process process;
    private final int port;

    private StatusProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// @param folder for its settings and its log
    static StatusProcess start(Path folder, String name) {
        int port = freePort();
        Map<String, String> settings = new HashMap<>(TestStack.settings("status"));
        settings.put("slipway.http.port", Integer.toString(port));
        Path file = folder.resolve(name + ".properties");
        try {
            Files.createDirectories(folder);
            var properties = new Properties();
            properties.putAll(settings);
            try (var out = Files.newOutputStream(file)) {
                properties.store(out, null);
            }
            Process process =
                    new ProcessBuilder(
                                    List.of(
                                            Path.of(System.getProperty("java.home"), "bin", "java")
                                                    .toString(),
                                            "-Xmx256m",
                                            "-XX:TieredStopAtLevel=1",
                                            "-Dquarkus.config.locations=" + file.toUri(),
                                            "-jar",
                                            PROGRAM.toAbsolutePath().toString()))
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve(name + ".log").toFile())
                            .start();
            return new StatusProcess(process, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    StatusApi viewer(String tenant) {
        return StatusApi.at(port, TestTokens.mint(tenant, "vera", "viewer"));
    }

    boolean isUp() {
        if (!process.isAlive()) {
            throw new AssertionError("the service ended with " + process.exitValue());
        }
        return StatusApi.at(port, null).isUp();
    }

    /// As `kill -9` does.
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
