package dev.slipway.executor.ssh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.slipway.contracts.id.HostAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.client.session.ClientSession;

/// The proxy of a [HostTunnel]. Its first connection is made before it opens, so that a host which
/// does not connect says so at once.
final class ProxyTunnel implements HostTunnel {
    private static final int HEAD_LIMIT = 8 * 1024;
    private static final String HEAD_END = "\r\n\r\n";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SessionCache.Lease lease;
    private final HostAddress to;
    private final Duration patience;
    private final ServerSocket entrance;
    private final String password;
    private final AtomicReference<Optional<ChannelDirectTcpip>> first;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();

    private ProxyTunnel(
            SessionCache.Lease lease,
            HostAddress to,
            Duration patience,
            ServerSocket entrance,
            ChannelDirectTcpip first) {
        this.lease = lease;
        this.to = to;
        this.patience = patience;
        this.entrance = entrance;
        this.first = new AtomicReference<>(Optional.of(first));
        byte[] secret = new byte[16];
        RANDOM.nextBytes(secret);
        this.password = HexFormat.of().formatHex(secret);
    }

    /// Takes the lease over if it opens.
    ///
    /// @throws IOException if the host does not connect, or the session broke
    static ProxyTunnel open(SessionCache.Lease lease, HostAddress to, Duration patience)
            throws IOException {
        ChannelDirectTcpip channel = Tunnel.connect(lease.session(), to, patience);
        try {
            var entrance = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
            var tunnel = new ProxyTunnel(lease, to, patience, entrance, channel);
            Thread.ofVirtual().name("ssh-proxy-" + to).start(tunnel::serve);
            return tunnel;
        } catch (IOException | RuntimeException e) {
            channel.close(true);
            throw e;
        }
    }

    @Override
    public InetSocketAddress entrance() {
        return (InetSocketAddress) entrance.getLocalSocketAddress();
    }

    @Override
    public String password() {
        return password;
    }

    private void serve() {
        try {
            while (true) {
                Socket client = entrance.accept();
                clients.add(client);
                Thread.ofVirtual().name("ssh-proxy-client").start(() -> admit(client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void admit(Socket client) {
        try {
            client.setSoTimeout((int) patience.toMillis());
            Optional<String> refusal = refusal(head(client.getInputStream()));
            if (refusal.isPresent()) {
                answer(client, refusal.get());
                client.close();
                return;
            }
            ChannelDirectTcpip channel = channel();
            client.setSoTimeout(0);
            answer(client, "200 Connected");
            Tunnel.join(client, channel);
        } catch (IOException | RuntimeException e) {
            close(client);
        }
    }

    private ChannelDirectTcpip channel() throws IOException {
        Optional<ChannelDirectTcpip> ready = first.getAndSet(Optional.empty());
        return ready.isPresent() ? ready.get() : connect(lease.session());
    }

    private ChannelDirectTcpip connect(ClientSession session) throws IOException {
        return Tunnel.connect(session, to, patience);
    }

    /// The request's head, up to the empty line; nothing of what follows is read.
    private static String head(InputStream input) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith(HEAD_END)) {
            int next = input.read();
            if (next < 0 || head.size() >= HEAD_LIMIT) {
                throw new IOException("no request of a proxy's client");
            }
            head.write(next);
        }
        return head.toString(ISO_8859_1);
    }

    /// The status for who is not let through.
    private Optional<String> refusal(String head) {
        String expected =
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString(("slipway:" + password).getBytes(ISO_8859_1));
        boolean known =
                head.lines()
                        .filter(line -> line.regionMatches(true, 0, "Proxy-Authorization:", 0, 20))
                        .anyMatch(line ->
                                MessageDigest.isEqual(
                                        line.substring(20).strip().getBytes(ISO_8859_1),
                                        expected.getBytes(ISO_8859_1)));
        if (!known) {
            return Optional.of("407 Proxy Authentication Required");
        }
        boolean there =
                head.regionMatches(true, 0, "CONNECT " + to + " ", 0, to.toString().length() + 9);
        return there ? Optional.empty() : Optional.of("403 Forbidden");
    }

    private static void answer(Socket client, String status) throws IOException {
        client.getOutputStream().write(("HTTP/1.1 " + status + HEAD_END).getBytes(ISO_8859_1));
        client.getOutputStream().flush();
    }

    private static void close(Socket client) {
        try {
            client.close();
        } catch (IOException e) {
            // It is as good as closed.
        }
    }

    @Override
    public void close() {
        try {
            entrance.close();
        } catch (IOException e) {
            // Nobody gets in any more either way.
        }
        clients.forEach(ProxyTunnel::close);
        first.getAndSet(Optional.empty()).ifPresent(channel -> channel.close(true));
        lease.release();
    }
}
