package dev.slipway.simulator.api;

import dev.slipway.simulator.host.Sandbox;
import dev.slipway.simulator.host.SimulatorFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Keeps a listener for each API server that the stand-ins' wire tells of
/// (`wire/listen/ADDRESS:PORT`), as long as it is there, and says there on which of the machine's
/// ports it is (`port`): the hosts' SSH servers lead there whoever asks for `ADDRESS:PORT`.
public final class ApiServers implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ApiServers.class.getName());
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Path wire;
    private final Function<String, Optional<Sandbox>> hosts;
    private final boolean onTheirOwnPorts;
    private final Map<String, ApiServer> open = new HashMap<>();
    private final Set<String> failed = new HashSet<>();
    private final Thread keeper;

    private ApiServers(
            Path wire, Function<String, Optional<Sandbox>> hosts, boolean onTheirOwnPorts) {
        this.wire = wire;
        this.onTheirOwnPorts = onTheirOwnPorts;
        this.hosts = hosts;
        this.keeper = Thread.ofPlatform().daemon().name("api-servers").start(this::keep);
    }

    /// @param wire what hosts know of each other
    /// @param hosts the running host of a name
    /// @param onTheirOwnPorts whether they listen where hosts believe that they do: a real sshd
    ///   connects nowhere else. All hosts share the machine's network, so that one which becomes a
    ///   control plane later finds its port in use then
    public static ApiServers watch(
            Path wire, Function<String, Optional<Sandbox>> hosts, boolean onTheirOwnPorts) {
        return new ApiServers(wire, hosts, onTheirOwnPorts);
    }

    private void keep() {
        try {
            while (true) {
                look();
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void look() {
        Set<String> told = told();
        for (String address : Set.copyOf(open.keySet())) {
            ApiServer server = open.get(address);
            if (server != null && !(told.contains(address) && server.isCurrent())) {
                server.close();
                open.remove(address);
            }
        }
        for (String address : told) {
            if (!open.containsKey(address)) {
                begin(address);
            }
            ApiServer server = open.get(address);
            if (server != null) {
                tell(address, server.port());
            }
        }
    }

    /// The stand-ins make the entry anew when they start an API server again.
    private void tell(String address, int port) {
        Path told = wire.resolve("listen").resolve(address).resolve("port");
        try {
            if (!Files.exists(told)) {
                Files.writeString(told, Integer.toString(port));
            }
        } catch (IOException e) {
            // The entry is gone again.
        }
    }

    private Set<String> told() {
        var told = new HashSet<String>();
        try (var entries = Files.newDirectoryStream(wire.resolve("listen"))) {
            entries.forEach(entry -> told.add(entry.getFileName().toString()));
        } catch (IOException e) {
            // The simulator's home goes away: nothing is told any more.
        }
        return told;
    }

    /// One that is not whole yet, or not ready, is looked at again.
    private void begin(String address) {
        Path entry = wire.resolve("listen").resolve(address);
        try {
            long ready = Long.parseLong(text(entry.resolve("ready-ms")));
            Optional<Sandbox> host = hosts.apply(text(entry.resolve("host"))).filter(Sandbox::on);
            if (ready > System.currentTimeMillis() || host.isEmpty()) {
                return;
            }
            byte[] authority =
                    Files.readAllBytes(
                            wire.resolve("clusters")
                                    .resolve(text(entry.resolve("cluster")))
                                    .resolve("ca.crt"));
            open.put(
                    address,
                    ApiServer.open(
                            address,
                            onTheirOwnPorts
                                    ? Integer.parseInt(
                                            address.substring(address.lastIndexOf(':') + 1))
                                    : 0,
                            entry.resolve("apiserver.crt"),
                            text(entry.resolve("key")),
                            authority,
                            host.get()));
            failed.remove(address);
        } catch (NoSuchFileException | NumberFormatException e) {
            // It is being made.
        } catch (IOException | UncheckedIOException | SimulatorFailure e) {
            if (failed.add(address)) {
                LOG.log(
                        Level.WARNING,
                        "the API server at {0} is reached by the stand-ins only ({1})",
                        address,
                        e.getMessage());
            }
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file).strip();
    }

    @Override
    public void close() {
        keeper.interrupt();
        synchronized (this) {
            List.copyOf(open.values()).forEach(ApiServer::close);
            open.clear();
        }
    }
}
