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

/// Keeps a listener for each entry of a folder of the stand-ins' wire, by the name of the entry, as
/// long as it is there. Stand-ins are programs that come and go: what they tell is looked for.
///
/// @param <S> the kind of listener
abstract sealed class ToldServers<S extends ToldServers.Listener> implements AutoCloseable
        permits ApiServers, RegistryServers {
    private static final Duration LOOK = Duration.ofMillis(100);

    interface Listener extends AutoCloseable {
        @Override
        void close();
    }

    private final Path folder;
    private final Function<String, Optional<Sandbox>> hosts;
    private final Map<String, S> open = new HashMap<>();
    private final Thread keeper;

    /// @param name of the thread that looks
    /// @param hosts the running host of a name
    ToldServers(String name, Path folder, Function<String, Optional<Sandbox>> hosts) {
        this.folder = folder;
        this.hosts = hosts;
        this.keeper = Thread.ofPlatform().daemon().name(name).unstarted(this::keep);
    }

    /// To be called once, when the listener's kind is whole.
    void watch() {
        keeper.start();
    }

    /// Opens what an entry tells of.
    ///
    /// @return empty if it is not ready yet
    /// @throws NoSuchFileException if the entry is not whole
    abstract Optional<S> open(String address, Path entry, Sandbox host) throws IOException;

    /// Whether a listener is still what its entry tells of.
    abstract boolean isCurrent(Path entry, S listener);

    /// Says in the entry that it listens, where that is not said yet.
    abstract void tell(Path entry, S listener) throws IOException;

    /// A listener that could not be opened is tried again, as systemd starts again what ended.
    abstract void failed(String address, Exception why);

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
        open.entrySet()
                .removeIf(entry -> {
                    boolean over =
                            !told.contains(entry.getKey())
                                    || !isCurrent(folder.resolve(entry.getKey()), entry.getValue());
                    if (over) {
                        entry.getValue().close();
                    }
                    return over;
                });
        told.forEach(this::keep);
    }

    private void keep(String address) {
        if (!open.containsKey(address)) {
            begin(address);
        }
        S listener = open.get(address);
        if (listener != null) {
            try {
                tell(folder.resolve(address), listener);
            } catch (IOException e) {
                // The entry is gone again.
            }
        }
    }

    private void begin(String address) {
        Path entry = folder.resolve(address);
        try {
            Optional<Sandbox> host = hosts.apply(text(entry.resolve("host"))).filter(Sandbox::on);
            if (host.isPresent()) {
                open(address, entry, host.get()).ifPresent(opened -> open.put(address, opened));
            }
        } catch (NoSuchFileException | NumberFormatException e) {
            // It is being made, or gone again.
        } catch (IOException | UncheckedIOException | SimulatorFailure e) {
            failed(address, e);
        }
    }

    private Set<String> told() {
        var told = new HashSet<String>();
        if (Files.isDirectory(folder)) {
            try (var entries = Files.newDirectoryStream(folder)) {
                entries.forEach(entry -> told.add(entry.getFileName().toString()));
            } catch (IOException e) {
                // The simulator's home goes away: nothing is told any more.
            }
        }
        told.removeIf(name -> name.endsWith(".new"));
        return told;
    }

    static String text(Path file) throws IOException {
        return Files.readString(file).strip();
    }

    @Override
    public void close() {
        keeper.interrupt();
        synchronized (this) {
            open.values().forEach(Listener::close);
            open.clear();
        }
    }
}
