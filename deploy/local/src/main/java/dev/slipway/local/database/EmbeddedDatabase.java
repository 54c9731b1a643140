package dev.slipway.local.database;

import dev.slipway.local.process.Patience;
import dev.slipway.local.process.ProcessStamp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A PostgreSQL server that lives as long as this object; its data stay.
public final class EmbeddedDatabase implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final PostgresServer server;
    private final ProcessStamp process;

    private EmbeddedDatabase(PostgresServer server, ProcessStamp process) {
        this.server = server;
        this.process = process;
    }

    /// Starts the server and makes the services' databases; returns when they take connections.
    public static EmbeddedDatabase start(DatabaseSettings settings) {
        PostgresServer server = new PostgresServer(settings);
        server.prepare();
        Path log = settings.directory().resolve("postgres.log");
        try {
            Process process =
                    new ProcessBuilder(server.command())
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            process.getOutputStream().close();
            Patience.until(START_LIMIT, () -> server.ready() || !process.isAlive());
            if (!server.ready()) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        "PostgreSQL on port "
                                + settings.port()
                                + " did not start: "
                                + lastLines(log));
            }
            server.provide();
            return new EmbeddedDatabase(server, ProcessStamp.of(process.pid()).orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start PostgreSQL on port " + settings.port(), e);
        }
    }

    /// Addresses, passwords and connections.
    public PostgresServer server() {
        return server;
    }

    /// The server's process.
    public ProcessStamp process() {
        return process;
    }

    @Override
    public void close() {
        process.end(PostgresServer.STOP_SIGNAL, Duration.ofSeconds(20));
    }

    private static String lastLines(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    }
}
