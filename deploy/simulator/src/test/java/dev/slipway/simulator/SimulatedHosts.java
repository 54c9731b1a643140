package dev.slipway.simulator;

import dev.slipway.simulator.ssh.HostSshServer;
import dev.slipway.simulator.ssh.SshAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Runs hosts for a test class: `cp1`, `w1`, `w2` as far as asked for, or others by name, each test
/// class on addresses of its own.
final class SimulatedHosts implements BeforeAllCallback, AfterAllCallback {

    static final String PASSWORD = "correct horse";
    private static final List<String> NAMES = List.of("cp1", "w1", "w2");

    private final int network;
    private final List<String> names;
    private final HostSshServer.Kind sshServer;
    private @Nullable Path home;
    private @Nullable Simulator simulator;
    private @Nullable SshTestClient ssh;

    /// @param network third byte of the addresses
    SimulatedHosts(int network, int count) {
        this(network, count, HostSshServer.Kind.MINA);
    }

    SimulatedHosts(int network, String... names) {
        this(network, List.of(names), HostSshServer.Kind.MINA);
    }

    SimulatedHosts(int network, int count, HostSshServer.Kind sshServer) {
        this(network, NAMES.subList(0, count), sshServer);
    }

    private SimulatedHosts(int network, List<String> names, HostSshServer.Kind sshServer) {
        this.network = network;
        this.names = names;
        this.sshServer = sshServer;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        try {
            Path directory = Files.createTempDirectory("slipway-simulator-");
            home = directory;
            Simulator started = Simulator.start(config(directory));
            simulator = started;
            ssh = new SshTestClient(started);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SimulatorConfig config(Path directory) {
        List<SimulatedHost> hosts =
                names.stream()
                        .map(n ->
                                new SimulatedHost(
                                        n, "127.88.%d.%d".formatted(network, names.indexOf(n) + 1)))
                        .toList();
        return new SimulatorConfig(
                directory, hosts, 0, SshAccess.everyLogin(PASSWORD), 0.02, "v1.36.2", sshServer);
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (ssh != null) {
            ssh.close();
        }
        if (simulator != null) {
            simulator.close();
        }
        if (home != null) {
            Simulator.reset(home);
        }
    }

    /// Ends the simulator and starts it again on the same home.
    void restart() {
        ssh().close();
        simulator().close();
        Simulator started = Simulator.start(config(home()));
        simulator = started;
        ssh = new SshTestClient(started);
    }

    Path home() {
        return present(home);
    }

    Simulator simulator() {
        return present(simulator);
    }

    SshTestClient ssh() {
        return present(ssh);
    }

    String address(String host) {
        return simulator().host(host).address();
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the hosts have not started");
        }
        return value;
    }
}
