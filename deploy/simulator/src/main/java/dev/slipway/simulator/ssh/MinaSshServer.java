package dev.slipway.simulator.ssh;

import dev.slipway.simulator.host.Sandbox;
import dev.slipway.simulator.host.SimulatorFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;

/// An SSH server in the simulator's own process, for every user and machine: exec and shell
/// channels without a terminal, connections to the host's own address, no other forwarding, no
/// SFTP.
public final class MinaSshServer implements HostSshServer {

    private static final int IO_THREADS = 2;

    private final Sandbox sandbox;
    private final SshAccess access;
    private final PublicKey clientKey;
    private final Path listeners;
    private InetSocketAddress address;
    private KeyPair hostKey;
    private SshServer server;

    /// @param address port 0 for a free one, kept over restarts of this server
    /// @param listeners the folder that tells of hosts' API servers, see [ApiPorts]
    public MinaSshServer(
            Sandbox sandbox,
            InetSocketAddress address,
            SshAccess access,
            PublicKey clientKey,
            KeyPair hostKey,
            Path listeners) {
        this.sandbox = sandbox;
        this.address = address;
        this.access = access;
        this.clientKey = clientKey;
        this.hostKey = hostKey;
        this.listeners = listeners;
        this.server = build();
    }

    private SshServer build() {
        SshServer fresh = SshServer.setUpDefaultServer();
        fresh.setHost(address.getHostString());
        fresh.setPort(address.getPort());
        fresh.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
        CoreModuleProperties.NIO_WORKERS.set(fresh, IO_THREADS);
        // As sshd does.
        CoreModuleProperties.TCP_NODELAY.set(fresh, true);
        // Post-quantum key exchange costs several times the CPU of the rest of a login.
        fresh.setKeyExchangeFactories(
                ServerBuilder.setUpDefaultKeyExchanges(false).stream()
                        .filter(kex -> CLASSIC.contains(kex.getName()))
                        .toList());
        fresh.setPublickeyAuthenticator((user, key, session) ->
                access.allows(user) && KeyUtils.compareKeys(key, clientKey));
        fresh.setPasswordAuthenticator((user, password, session) ->
                access.allows(user)
                        && access.login(user) == SshAccess.Login.SUDO_WITH_PASSWORD
                        && access.password().equals(password));
        fresh.setChannelFactories(List.of(StatusChannel.FACTORY, new ApiPorts(listeners)));
        fresh.setForwardingFilter(new OwnAddressOnly(address.getHostString()));
        fresh.setCommandFactory((channel, command) ->
                new SandboxCommand(
                        sandbox,
                        access.login(channel.getSession().getUsername()),
                        address.getHostString(),
                        command));
        fresh.setShellFactory(channel ->
                new SandboxCommand(
                        sandbox,
                        access.login(channel.getSession().getUsername()),
                        address.getHostString(),
                        "exec \"$SHELL\""));
        return fresh;
    }

    /// All hosts share the machine's network: another address would be another machine's.
    private static final class OwnAddressOnly extends RejectAllForwardingFilter {
        private final String own;

        OwnAddressOnly(String own) {
            this.own = own;
        }

        @Override
        public boolean canConnect(Type type, SshdSocketAddress address, Session session) {
            return type == Type.Direct && address.getHostName().equals(own);
        }
    }

    private static final List<String> CLASSIC =
            List.of(
                    BuiltinDHFactories.Constants.CURVE25519_SHA256,
                    BuiltinDHFactories.Constants.CURVE25519_SHA256_LIBSSH,
                    BuiltinDHFactories.Constants.ECDH_SHA2_NISTP256,
                    BuiltinDHFactories.Constants.ECDH_SHA2_NISTP384,
                    BuiltinDHFactories.Constants.DIFFIE_HELLMAN_GROUP_EXCHANGE_SHA256);

    @Override
    public synchronized void listen() {
        if (server.isStarted()) {
            return;
        }
        server = build();
        try {
            server.start();
            address = new InetSocketAddress(address.getAddress(), server.getPort());
        } catch (IOException e) {
            throw new SimulatorFailure(
                    "cannot listen on %s:%d (%s): end what holds the port or choose another with --port"
                            .formatted(address.getHostString(), address.getPort(), e.getMessage()),
                    e);
        }
    }

    @Override
    public synchronized void hangUp() {
        try {
            server.stop(true);
        } catch (IOException e) {
            throw new SimulatorFailure(
                    "cannot close the SSH server of " + address.getHostString(), e);
        }
    }

    @Override
    public synchronized void rekey(KeyPair fresh) {
        boolean listening = server.isStarted();
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
