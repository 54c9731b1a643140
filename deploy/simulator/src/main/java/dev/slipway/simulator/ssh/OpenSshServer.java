package dev.slipway.simulator.ssh;

import dev.slipway.simulator.host.Sandbox;
import dev.slipway.simulator.host.SimulatorFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import java.util.stream.Collectors;

/// The machine's own `sshd`, run inside the host by `openssh.sh` as one of its processes: it ends
/// with the host, and what logs in to it becomes a user of the host.
public final class OpenSshServer implements HostSshServer {

    private static final String PROGRAM = "/.simulator/lib/openssh.sh";
    private static final List<String> NEEDED =
            List.of("/usr/sbin/sshd (package openssh-server)", "/usr/bin/sudo (package sudo)");

    private final Sandbox sandbox;
    private final SshAccess access;
    private final PublicKey clientKey;
    private InetSocketAddress address;
    private KeyPair hostKey;

    /// @param address port 0 for a free one, kept over restarts of this server
    public OpenSshServer(
            Sandbox sandbox,
            InetSocketAddress address,
            SshAccess access,
            PublicKey clientKey,
            KeyPair hostKey) {
        this.sandbox = sandbox;
        this.address = address;
        this.access = access;
        this.clientKey = clientKey;
        this.hostKey = hostKey;
    }

    /// @throws SimulatorFailure if this machine or user cannot have such servers
    public static void require() {
        if (Sandbox.singleUid()) {
            throw new SimulatorFailure(
                    "real OpenSSH in simulated hosts needs root: without it a host has one uid only, and neither sshd nor sudo can change to another user: run the simulator as root, or with --ssh-server mina");
        }
        for (String needed : NEEDED) {
            String program = needed.substring(0, needed.indexOf(' '));
            if (!Files.isExecutable(Path.of(program))) {
                throw new SimulatorFailure(
                        "real OpenSSH in simulated hosts needs %s: install it, or run the simulator with --ssh-server mina"
                                .formatted(needed));
            }
        }
    }

    @Override
    public synchronized void listen() {
        if (address.getPort() == 0) {
            address = free(address);
        }
        String users =
                access.logins().stream()
                        .map(SshAccess.Login::user)
                        .sorted()
                        .collect(Collectors.joining(" "));
        try {
            sandbox.feed(
                    KeyFiles.text(hostKey, address.getHostString()),
                    "/bin/sh",
                    PROGRAM,
                    "listen",
                    address.getHostString(),
                    Integer.toString(address.getPort()),
                    users,
                    KeyFiles.line(clientKey));
        } catch (SimulatorFailure e) {
            throw new SimulatorFailure(
                    "cannot run sshd on %s:%d (%s): if the port is taken, end what holds it or choose another with --port; else see the host's state/sshd.log"
                            .formatted(address.getHostString(), address.getPort(), e.getMessage()),
                    e);
        }
    }

    /// One that nobody uses now. sshd cannot choose one and tell it.
    private static InetSocketAddress free(InetSocketAddress address) {
        try (ServerSocket socket = new ServerSocket(0, 1, address.getAddress())) {
            return new InetSocketAddress(address.getAddress(), socket.getLocalPort());
        } catch (IOException e) {
            throw new SimulatorFailure("there is no free port on " + address.getHostString(), e);
        }
    }

    /// Nothing happens if the host is off: its server went with it.
    @Override
    public synchronized void hangUp() {
        if (!sandbox.on()) {
            return;
        }
        try {
            sandbox.run("/bin/sh", PROGRAM, "hang-up");
        } catch (SimulatorFailure e) {
            if (sandbox.on()) {
                throw e;
            }
        }
    }

    @Override
    public synchronized void rekey(KeyPair fresh) {
        boolean listening =
                sandbox.on() && sandbox.run("/bin/sh", PROGRAM, "listens").strip().equals("yes");
        hangUp();
        hostKey = fresh;
        if (listening) {
            listen();
        }
    }

    @Override
    public synchronized PublicKey hostKey() {
        return hostKey.getPublic();
    }

    @Override
    public synchronized int port() {
        return address.getPort();
    }
}
