package dev.slipway.local.part;

import dev.slipway.local.database.PostgresServer;
import dev.slipway.local.process.ProcessStamp;
import dev.slipway.local.supervisor.PartProgram;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// PostgreSQL; it is ready when the services' databases and roles are there.
final class DatabaseProgram implements PartProgram {

    private final PostgresServer server;
    private final PortGuard port;
    private final Path folder;
    private boolean provided;

    DatabaseProgram(PostgresServer server, PortGuard port, Path folder) {
        this.server = server;
        this.port = port;
        this.folder = folder;
    }

    @Override
    public void prepare() {
        provided = false;
        server.prepare();
        port.check();
    }

    @Override
    public List<String> command() {
        return server.command();
    }

    @Override
    public Map<String, String> environment() {
        return Map.of("LC_ALL", "C");
    }

    @Override
    public boolean ready(ProcessStamp process) {
        if (!server.ready()) {
            return false;
        }
        if (!provided) {
            server.provide();
            provided = true;
        }
        return true;
    }

    @Override
    public String stopSignal() {
        return PostgresServer.STOP_SIGNAL;
    }

    @Override
    public Path workingDirectory() {
        return folder;
    }
}
