package dev.slipway.simulator;

import dev.slipway.simulator.api.ApiServers;
import dev.slipway.simulator.api.RegistryServers;
import dev.slipway.simulator.host.Directories;
import dev.slipway.simulator.host.HostFleet;
import dev.slipway.simulator.host.SimulatorFailure;
import dev.slipway.simulator.ssh.HostSshServer;
import dev.slipway.simulator.ssh.KeyFiles;
import dev.slipway.simulator.ssh.OpenSshServer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// A set of simulated hosts that can reach each other. One process may run several, each with a
/// home of its own.
public final class Simulator implements AutoCloseable {
    static {
        // Read once by the JDK's server, before its first answer: without it each waits for the
        // client's delayed acknowledgement of its headers, 40 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final SimulatorConfig config;
    private final FileChannel lockFile;
    private final HostFleet fleet;
    private final Map<String, RunningHost> hosts = new LinkedHashMap<>();
    private @Nullable ControlFiles control;
    private @Nullable ApiServers apis;
    private @Nullable RegistryServers registries;

    private Simulator(SimulatorConfig config, FileChannel lockFile, HostFleet fleet) {
        this.config = config;
        this.lockFile = lockFile;
        this.fleet = fleet;
    }

    /// Starts every host and waits until all answer on SSH. Hosts of an earlier start of the same
    /// home are as they were, rebooted.
    ///
    /// @throws SimulatorFailure if the machine refuses something or another simulator uses the
    ///   home; nothing is left running
    public static Simulator start(SimulatorConfig config) {
        if (config.sshServer() == HostSshServer.Kind.OPENSSH) {
            OpenSshServer.require();
        }
        try {
            Files.createDirectories(config.home());
            FileChannel lockFile = lock(config.home());
            Simulator simulator = new Simulator(config, lockFile, HostFleet.open(config.home()));
            try {
                simulator.startHosts();
                return simulator;
            } catch (IOException | RuntimeException e) {
                simulator.close();
                throw e;
            }
        } catch (IOException e) {
            throw new SimulatorFailure(
                    "cannot start the simulator in %s: %s".formatted(config.home(), e.getMessage()),
                    e);
        }
    }

    /// Deletes what an ended simulator left in `home`: hosts, clusters and keys.
    public static void reset(Path home) throws IOException {
        if (Files.isDirectory(home)) {
            lock(home).close();
            Directories.delete(home);
        }
    }

    private static FileChannel lock(Path home) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!locked(channel)) {
            channel.close();
            throw new SimulatorFailure(
                    "another simulator uses %s: end it or choose another --home".formatted(home));
        }
        return channel;
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private void startHosts() throws IOException {
        KeyPair client =
                KeyFiles.loadOrCreate(config.home().resolve("id_ed25519"), "slipway-simulator");
        for (SimulatedHost host : config.hosts()) {
            RunningHost running = RunningHost.prepare(config, host, fleet, client.getPublic());
            hosts.put(host.name(), running);
        }
        powerOn();
        Announcement.write(config, hosts.values());
        apis =
                ApiServers.watch(
                        config.home().resolve("wire"),
                        name -> Optional.ofNullable(hosts.get(name)).map(RunningHost::sandbox),
                        config.sshServer() == HostSshServer.Kind.OPENSSH);
        registries =
                RegistryServers.watch(
                        config.home().resolve("wire/registries"),
                        name -> Optional.ofNullable(hosts.get(name)).map(RunningHost::sandbox));
        control = ControlFiles.watch(config.home().resolve("control"), this);
    }

    /// Some at once: a boot is a chain of short programs, and a thousand hosts one after the other
    /// take minutes.
    private void powerOn() {
        try (ExecutorService boots =
                Executors.newFixedThreadPool(2 * Runtime.getRuntime().availableProcessors())) {
            List<Future<?>> booting = new ArrayList<>();
            hosts.values().forEach(host -> booting.add(boots.submit(host::powerOn)));
            for (Future<?> boot : booting) {
                boot.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof SimulatorFailure failure
                    ? failure
                    : new SimulatorFailure("a host cannot boot", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SimulatorFailure("interrupted while hosts boot", e);
        }
    }

    /// Those that run, in the order of the configuration.
    public Collection<RunningHost> hosts() {
        return java.util.Collections.unmodifiableCollection(hosts.values());
    }

    /// @throws SimulatorFailure if there is no such host
    public RunningHost host(String name) {
        RunningHost host = hosts.get(name);
        if (host == null) {
            throw new SimulatorFailure(
                    "there is no simulated host \"%s\": these are %s"
                            .formatted(name, hosts.keySet()));
        }
        return host;
    }

    /// The OpenSSH private key that opens every login.
    public Path clientKey() {
        return config.home().resolve("id_ed25519");
    }

    public Path knownHosts() {
        return config.home().resolve("known_hosts");
    }

    /// Ends every host. Their files stay in the home.
    @Override
    public void close() {
        if (control != null) {
            control.close();
        }
        if (apis != null) {
            apis.close();
        }
        if (registries != null) {
            registries.close();
        }
        hosts.values().forEach(RunningHost::powerOff);
        fleet.close();
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new SimulatorFailure("cannot release " + config.home(), e);
        }
    }
}
