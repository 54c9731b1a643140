package dev.slipway.simulator;

import dev.slipway.simulator.host.Directories;
import dev.slipway.simulator.host.HostFleet;
import dev.slipway.simulator.host.HostSetup;
import dev.slipway.simulator.host.Sandbox;
import dev.slipway.simulator.host.SimulatorFailure;
import dev.slipway.simulator.ssh.HostSshServer;
import dev.slipway.simulator.ssh.KeyFiles;
import dev.slipway.simulator.ssh.MinaSshServer;
import dev.slipway.simulator.ssh.OpenSshServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A simulated host that was started, and everything that can be done to it from outside.
public final class RunningHost {

    /// Seconds a real machine takes from `reboot` to its first login.
    private static final double REBOOT_SECONDS = 30;

    private final SimulatorConfig config;
    private final SimulatedHost host;
    private final HostFleet fleet;
    private final Sandbox sandbox;
    private final HostSshServer server;
    private final Set<String> programs = ConcurrentHashMap.newKeySet();
    private volatile boolean wanted;

    private RunningHost(
            SimulatorConfig config, SimulatedHost host, HostFleet fleet, PublicKey clientKey)
            throws IOException {
        this.config = config;
        this.host = host;
        this.fleet = fleet;
        boolean real = config.sshServer() == HostSshServer.Kind.OPENSSH;
        this.sandbox =
                fleet.host(
                        new HostSetup(
                                host.name(),
                                host.address(),
                                config.timeScale(),
                                config.kubernetesVersion(),
                                config.access().password(),
                                real),
                        this::wentDown);
        var address = new InetSocketAddress(host.address(), config.port());
        KeyPair hostKey = KeyFiles.loadOrCreate(hostKeyFile(), host.name());
        this.server =
                real
                        ? new OpenSshServer(sandbox, address, config.access(), clientKey, hostKey)
                        : new MinaSshServer(
                                sandbox,
                                address,
                                config.access(),
                                clientKey,
                                hostKey,
                                config.home().resolve("wire/listen"));
    }

    static RunningHost prepare(
            SimulatorConfig config, SimulatedHost host, HostFleet fleet, PublicKey clientKey)
            throws IOException {
        return new RunningHost(config, host, fleet, clientKey);
    }

    Sandbox sandbox() {
        return sandbox;
    }

    public String name() {
        return host.name();
    }

    public String address() {
        return host.address();
    }

    public int port() {
        return server.port();
    }

    public PublicKey hostKey() {
        return server.hostKey();
    }

    /// The host's root directory as seen from the machine.
    public Path root() {
        return config.home().resolve("hosts").resolve(name()).resolve("root");
    }

    private Path state() {
        return config.home().resolve("hosts").resolve(name()).resolve("state");
    }

    private Path hostKeyFile() {
        return config.home().resolve("hosts").resolve(name()).resolve("host_key");
    }

    /// Boots the host and lets it answer.
    public void powerOn() {
        wanted = true;
        sandbox.powerOn();
        server.listen();
    }

    /// A power cut: every process ends at once, connections break.
    public void powerOff() {
        wanted = false;
        server.hangUp();
        sandbox.powerOff();
        removeFromWire();
    }

    /// As the command `reboot` does.
    public void reboot() {
        sandbox.reboot();
    }

    private void wentDown(boolean rebooting) {
        server.hangUp();
        removeFromWire();
        if (rebooting) {
            Thread.ofPlatform().daemon().name("reboot-" + name()).start(this::comeBack);
        }
    }

    private void comeBack() {
        try {
            Thread.sleep((long) (REBOOT_SECONDS * config.timeScale() * 1000));
            if (wanted) {
                powerOn();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What others could reach of it is gone as long as it is down.
    private void removeFromWire() {
        try {
            Path wire = config.home().resolve("wire");
            Files.deleteIfExists(wire.resolve("kubelets").resolve(name()));
            Directories.delete(wire.resolve("routes").resolve(name()));
            for (Path entry : below(wire.resolve("listen"))) {
                if (isOwn(entry.resolve("host"))) {
                    Directories.delete(entry);
                }
            }
            for (Path entry : below(wire.resolve("registries"))) {
                if (isOwn(entry.resolve("host"))) {
                    Directories.delete(entry);
                }
            }
            for (Path member : below(wire.resolve("etcd"))) {
                if (isOwn(member)) {
                    Files.deleteIfExists(member);
                }
            }
            for (Path address : below(wire.resolve("vip"))) {
                Files.deleteIfExists(address.resolve(name()));
            }
        } catch (IOException e) {
            throw new SimulatorFailure("cannot take \"%s\" off the wire".formatted(name()), e);
        }
    }

    private boolean isOwn(Path owner) throws IOException {
        return Files.exists(owner) && Files.readString(owner).strip().equals(name());
    }

    private static List<Path> below(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var entries = Files.list(directory)) {
            return entries.toList();
        }
    }

    /// Stops answering on SSH; what runs on the host goes on.
    public void unreachable() {
        server.hangUp();
    }

    /// Answers on SSH again.
    public void reachable() {
        server.listen();
    }

    /// Presents a new host key from now on, as a re-installed machine does. `known_hosts` keeps the
    /// old one.
    public void changeHostKey() throws IOException {
        Files.deleteIfExists(hostKeyFile());
        server.rekey(KeyFiles.loadOrCreate(hostKeyFile(), host.name()));
    }

    /// Fills its disk: whatever writes to /etc, /var, /root, /home, /opt, /tmp or /usr/local gets
    /// "No space left on device". Undone by [#freeDisk()].
    public void fillDisk() {
        sandbox.run("/bin/sh", "/.simulator/lib/disk.sh", "fill");
    }

    /// Remounts its disk read-only. Undone by [#freeDisk()].
    public void makeDiskReadOnly() {
        sandbox.run("/bin/sh", "/.simulator/lib/disk.sh", "read-only");
    }

    public void freeDisk() {
        sandbox.run("/bin/sh", "/.simulator/lib/disk.sh", "free");
    }

    /// Kills, as the kernel does when memory runs out, every process whose command line contains
    /// `text`. Returns how many.
    public int kill(String text) {
        return Integer.parseInt(sandbox.run("/bin/sh", "/.simulator/lib/oom.sh", text).strip());
    }

    /// Adds a fault to the host's list.
    ///
    /// @throws SimulatorFailure if the tool is the machine's own, which knows no faults
    public void inject(Fault fault) throws IOException {
        if (fault.tool().equals("sudo") && config.sshServer() == HostSshServer.Kind.OPENSSH) {
            throw new SimulatorFailure(
                    "sudo on simulated host \"%s\" is the machine's own and takes no faults: start the simulator with --ssh-server mina for that"
                            .formatted(name()));
        }
        Path faults = state().resolve("faults");
        String before = Files.exists(faults) ? Files.readString(faults) : "";
        fleet.write(faults, before + fault.line());
    }

    /// Takes every injected fault away, and programs put in front of others.
    public void clearFaults() throws IOException {
        for (String name : programs) {
            sandbox.run("/bin/rm", "-f", "/usr/local/sbin/" + name);
        }
        programs.clear();
        Files.deleteIfExists(state().resolve("faults"));
    }

    /// The version that its kubeadm, kubelet and kubectl are from now on.
    public void kubernetesVersion(String version) throws IOException {
        fleet.write(state().resolve("kubernetes-version"), version);
    }

    /// Has k0s of that release in `/usr/local/bin` from now on, as somebody put it there before.
    public void k0s(K0sProgram program) {
        sandbox.feed(
                program.text(),
                "/bin/sh",
                "-c",
                "cat >/usr/local/bin/.k0s && chmod 755 /usr/local/bin/.k0s && mv /usr/local/bin/.k0s /usr/local/bin/k0s");
    }

    /// Is of another distribution from now on, as far as it says.
    ///
    /// @param osRelease the text of /etc/os-release
    public void distribution(String osRelease) {
        sandbox.run(
                "/bin/sh",
                "-c",
                "rm -f /etc/os-release && printf '%s' \"$1\" >/etc/os-release",
                "sh",
                osRelease);
    }

    /// Has OpenRC for its init system from now on; what systemd had started is as it was.
    public void openrc() throws IOException {
        fleet.write(state().resolve("openrc"), "");
        sandbox.run("/bin/mkdir", "-p", "/run/openrc");
    }

    /// Puts a program of the host's own in front of the system's of that name: what a host says of
    /// itself is what its programs say (`getconf`, `uname`, `date`, …). Taken away by
    /// [#clearFaults()].
    ///
    /// @param name of a command, as `getconf`
    /// @param script what it does, shell text
    public void program(String name, String script) {
        if (!name.matches("[a-z0-9][a-z0-9.-]{0,62}")) {
            throw new IllegalArgumentException("\"%s\" is no command's name".formatted(name));
        }
        programs.add(name);
        sandbox.run(
                "/bin/sh",
                "-c",
                "printf '#!/bin/sh\\n%s\\n' \"$2\" >\"/usr/local/sbin/$1\" && chmod 755 \"/usr/local/sbin/$1\"",
                "sh",
                name,
                script);
    }

    /// What a short shell command prints on the host, run as its root and not over SSH.
    ///
    /// @throws SimulatorFailure if it fails
    public String run(String command) {
        return sandbox.run("/bin/sh", "-c", command);
    }

    /// Tool and first argument of every stand-in that ran on the host, oldest first: `kubeadm
    /// init`.
    public List<String> calls() throws IOException {
        Path calls = state().resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }
}
