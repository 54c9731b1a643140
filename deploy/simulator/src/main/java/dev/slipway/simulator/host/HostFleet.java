package dev.slipway.simulator.host;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The files of a simulator's home and the user namespace its hosts share.
///
/// ```
/// tools/               the shell programs, read-only in hosts
/// wire/                what hosts know of each other: API servers, nodes, tokens
/// hosts/NAME/root/     the writable root
/// hosts/NAME/state/    what its stand-ins remember; `faults` is here
/// ```
public final class HostFleet implements AutoCloseable {

    private final Path home;
    private final Namespaces namespaces;
    private final Map<String, String> hashes = new ConcurrentHashMap<>();

    private HostFleet(Path home, Namespaces namespaces) {
        this.home = home;
        this.namespaces = namespaces;
    }

    /// Unpacks the programs and opens the namespace.
    ///
    /// @throws SimulatorFailure if the machine refuses namespaces or lacks a tool
    public static HostFleet open(Path home) throws IOException {
        requireTool("openssl");
        requireTool("unshare");
        requireTool("nsenter");
        requireTool("setpriv");
        Files.createDirectories(home);
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
        Toolbox.unpack(home.resolve("tools"));
        Namespaces namespaces = Namespaces.open();
        HostFleet fleet = new HostFleet(home, namespaces);
        fleet.hostDirectory(home.resolve("wire"));
        for (String part :
                new String[] {"listen", "clusters", "kubelets", "etcd", "routes", "vip"}) {
            fleet.hostDirectory(home.resolve("wire").resolve(part));
        }
        return fleet;
    }

    private static void requireTool(String tool) {
        for (String directory : new String[] {"/usr/bin", "/bin", "/usr/sbin", "/sbin"}) {
            if (Files.isExecutable(Path.of(directory, tool))) {
                return;
            }
        }
        throw new SimulatorFailure(
                "simulated hosts need \"%s\" in /usr/bin: install it (package openssl or util-linux)"
                        .formatted(tool));
    }

    private void hostDirectory(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        namespaces.own(directory);
    }

    /// Prepares a host's files; those of a host seen before are kept.
    public Sandbox host(HostSetup setup, Sandbox.DownListener listener) throws IOException {
        Path host = home.resolve("hosts").resolve(setup.name());
        Path state = host.resolve("state");
        hostDirectory(host);
        hostDirectory(host.resolve("root"));
        hostDirectory(state);
        write(state.resolve("name"), setup.name());
        write(state.resolve("address"), setup.address());
        write(state.resolve("scale"), Double.toString(setup.timeScale()));
        write(state.resolve("sudo"), setup.realSudo() ? "real" : "stand-in");
        write(state.resolve("password"), hashes.computeIfAbsent(setup.password(), HostFleet::hash));
        if (!Files.exists(state.resolve("kubernetes-version"))) {
            write(state.resolve("kubernetes-version"), setup.kubernetesVersion());
        }
        SocketFile.create(state, "socket");
        namespaces.own(state.resolve("socket"));
        return new Sandbox(namespaces, home, setup.name(), listener);
    }

    /// Sets a fact that the host's stand-ins read, at once and whole.
    public void write(Path file, String value) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, value + "\n");
        boolean secret = file.endsWith("password");
        Files.setPosixFilePermissions(
                fresh, PosixFilePermissions.fromString(secret ? "rw-------" : "rw-r--r--"));
        namespaces.own(fresh);
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// The password as hosts have it in /etc/shadow: `$6$salt$digest`, never in clear.
    private static String hash(String password) {
        try {
            Process openssl = new ProcessBuilder("openssl", "passwd", "-6", "-stdin").start();
            try (Writer in = openssl.outputWriter(StandardCharsets.UTF_8)) {
                in.write(password + "\n");
            }
            String hash =
                    new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                            .strip();
            if (!hash.startsWith("$6$")) {
                throw new SimulatorFailure(
                        "cannot hash the password of the hosts: \"openssl passwd -6\" said \"%s\": install OpenSSL 1.1.1 or newer"
                                .formatted(hash));
            }
            return hash;
        } catch (IOException e) {
            throw new SimulatorFailure("cannot hash the password of the hosts", e);
        }
    }

    @Override
    public void close() {
        namespaces.close();
    }
}
