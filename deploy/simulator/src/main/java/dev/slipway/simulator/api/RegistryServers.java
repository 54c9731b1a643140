package dev.slipway.simulator.api;

import dev.slipway.simulator.host.Sandbox;
import dev.slipway.simulator.host.SimulatorFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Keeps a listener for each registry of images that the stand-ins' wire tells of
/// (`wire/registries/ADDRESS:PORT`), as long as it is there, and says so there (`listens`). They
/// listen on the very address: no two hosts have the same.
public final class RegistryServers implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Path wire;
    private final Function<String, Optional<Sandbox>> hosts;
    private final Map<String, RegistryServer> open = new HashMap<>();
    private final Thread keeper;

    private RegistryServers(Path wire, Function<String, Optional<Sandbox>> hosts) {
        this.wire = wire;
        this.hosts = hosts;
        this.keeper = Thread.ofPlatform().daemon().name("registries").start(this::keep);
    }

    /// @param wire the folder of what is told
    /// @param hosts the running host of a name
    public static RegistryServers watch(Path wire, Function<String, Optional<Sandbox>> hosts) {
        return new RegistryServers(wire, hosts);
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
        for (Map.Entry<String, RegistryServer> entry : Map.copyOf(open).entrySet()) {
            if (!told.contains(entry.getKey())
                    || !Files.exists(wire.resolve(entry.getKey()).resolve("listens"))) {
                entry.getValue().close();
                open.remove(entry.getKey());
            }
        }
        told.stream().filter(address -> !open.containsKey(address)).forEach(this::begin);
    }

    private Set<String> told() {
        var told = new HashSet<String>();
        if (Files.isDirectory(wire)) {
            try (var entries = Files.newDirectoryStream(wire)) {
                entries.forEach(entry -> told.add(entry.getFileName().toString()));
            } catch (IOException e) {
                // The simulator's home goes away: nothing is told any more.
            }
        }
        told.removeIf(name -> name.endsWith(".new"));
        return told;
    }

    /// A port that is taken is tried again, as systemd starts again what ended.
    private void begin(String address) {
        Path entry = wire.resolve(address);
        try {
            Optional<Sandbox> host = hosts.apply(text(entry.resolve("host"))).filter(Sandbox::on);
            if (host.isEmpty()) {
                return;
            }
            open.put(
                    address,
                    RegistryServer.open(
                            address,
                            host.get(),
                            text(entry.resolve("certificate")),
                            text(entry.resolve("key")),
                            new RegistryServer.Files(
                                    text(entry.resolve("storage")), text(entry.resolve("users")))));
            Files.createFile(entry.resolve("listens"));
        } catch (NoSuchFileException e) {
            // It is being made, or gone again.
        } catch (IOException | UncheckedIOException | SimulatorFailure e) {
            System.getLogger(RegistryServers.class.getName())
                    .log(
                            System.Logger.Level.DEBUG,
                            "the registry at {0} does not listen ({1})",
                            address,
                            e.getMessage());
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file).strip();
    }

    @Override
    public void close() {
        keeper.interrupt();
        synchronized (this) {
            open.values().forEach(RegistryServer::close);
            open.clear();
        }
    }
}
