package dev.slipway.executor.ssh;

import dev.slipway.contracts.id.HostAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.util.net.SshdSocketAddress;

/// A connection that a jump host makes for us (`direct-tcpip`, RFC 4254 §7.2), with an entrance on
/// this machine for the SSH client, and for nobody else.
final class Tunnel {
    private final ChannelDirectTcpip channel;
    private final ServerSocket entrance;

    private Tunnel(ChannelDirectTcpip channel, ServerSocket entrance) {
        this.channel = channel;
        this.entrance = entrance;
    }

    /// @param to resolved by the jump host
    /// @throws IOException with what the jump host says, if it can't connect
    static Tunnel open(ClientSession via, HostAddress to, Duration patience) throws IOException {
        ChannelDirectTcpip channel = connect(via, to, patience);
        try {
            var entrance = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            entrance.setSoTimeout((int) patience.toMillis());
            return new Tunnel(channel, entrance);
        } catch (IOException | RuntimeException e) {
            channel.close(true);
            throw e;
        }
    }

    /// One connection that the host at the other end makes.
    ///
    /// @throws IOException with what that host says, if it can't connect
    static ChannelDirectTcpip connect(ClientSession via, HostAddress to, Duration patience)
            throws IOException {
        ChannelDirectTcpip channel;
        try {
            channel =
                    via.createDirectTcpipChannel(
                            new SshdSocketAddress("127.0.0.1", 0),
                            new SshdSocketAddress(to.address(), to.port()));
        } catch (IllegalStateException e) {
            // So the client speaks of a session that ends just now.
            throw new IOException("the session is ending", e);
        }
        try {
            channel.open().verify(patience);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close(true);
            throw e;
        }
    }

    SocketAddress entrance() {
        return entrance.getLocalSocketAddress();
    }

    /// Lets the client in, which has connected to the entrance, and shuts that.
    ///
    /// @param client its end of the connection
    void admit(SocketAddress client) throws IOException {
        try (entrance) {
            Socket socket = entrance.accept();
            while (!socket.getRemoteSocketAddress().equals(client)) {
                socket.close();
                socket = entrance.accept();
            }
            join(socket, channel);
        }
    }

    /// Makes one connection of both. Where one direction ends, both do: SSH has no use for half a
    /// connection.
    static void join(Socket socket, ChannelDirectTcpip channel) throws IOException {
        socket.setTcpNoDelay(true);
        pump("ssh-tunnel-out", socket.getInputStream(), channel.getInvertedIn(), socket, channel);
        pump("ssh-tunnel-in", channel.getInvertedOut(), socket.getOutputStream(), socket, channel);
    }

    private static void pump(
            String name,
            InputStream from,
            OutputStream to,
            Socket socket,
            ChannelDirectTcpip channel) {
        Thread.ofVirtual()
                .name(name)
                .start(() -> {
                    try (socket) {
                        forward(from, to);
                    } catch (IOException e) {
                        // Either side went away; the session notices.
                    } finally {
                        channel.close(true);
                    }
                });
    }

    /// Flushes whatever comes: a channel keeps small pieces back.
    private static void forward(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[32 * 1024];
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            to.write(buffer, 0, n);
            to.flush();
        }
    }

    /// Whoever has not been admitted yet never will be.
    void close() {
        channel.close(true);
        try {
            entrance.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
