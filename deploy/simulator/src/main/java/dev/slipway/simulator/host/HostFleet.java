package dev.slipway.simulator.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

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
        for (String part : new String[] {"listen", "clusters", "kubelets"}) {
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
    public Sandbox host(
            String name,
            String address,
            double timeScale,
            String kubernetesVersion,
            String password,
            Sandbox.DownListener listener)
            throws IOException {
        Path host = home.resolve("hosts").resolve(name);
        hostDirectory(host);
        hostDirectory(host.resolve("root"));
        hostDirectory(host.resolve("state"));
        Path state = host.resolve("state");
        write(state.resolve("name"), name);
        write(state.resolve("address"), address);
        write(state.resolve("scale"), Double.toString(timeScale));
        write(state.resolve("password"), saltedDigest(password));
        if (!Files.exists(state.resolve("kubernetes-version"))) {
            write(state.resolve("kubernetes-version"), kubernetesVersion);
        }
        SocketFile.create(state, "socket");
        namespaces.own(state.resolve("socket"));
        return new Sandbox(namespaces, home, name, listener);
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

    /// The password as the sudo stand-in compares it: `salt digest`, hex. Hosts never hold it in
    /// clear.
    private static String saltedDigest(String password) {
        byte[] salt = new byte[16];
        new SecureRandom().nextBytes(salt);
        String hexSalt = HexFormat.of().formatHex(salt);
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest((hexSalt + password).getBytes(StandardCharsets.UTF_8));
            return hexSalt + " " + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        namespaces.close();
    }
}
