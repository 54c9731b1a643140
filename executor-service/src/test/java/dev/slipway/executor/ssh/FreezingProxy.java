package dev.slipway.executor.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A way to a server on which packets can begin to vanish: connections stay open and nothing comes
/// through any more.
final class FreezingProxy implements AutoCloseable {
    private final ServerSocket door;
    private final String address;
    private final int port;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger frozen = new AtomicInteger();

    FreezingProxy(String address, int port) {
        this.address = address;
        this.port = port;
        try {
            this.door = new ServerSocket(0, 50, InetAddress.getByName(address));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /// How many have come so far.
    int connections() {
        return connections.get();
    }

    /// From now on nothing goes through the connections that there are; later ones work.
    void freeze() {
        frozen.set(connections.get());
    }

    private void accept() {
        try {
            while (true) {
                Socket client = door.accept();
                Socket server = new Socket(address, port);
                sockets.add(client);
                sockets.add(server);
                int number = connections.incrementAndGet();
                Thread.ofVirtual().start(() -> pump(number, client, server));
                Thread.ofVirtual().start(() -> pump(number, server, client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void pump(int number, Socket from, Socket to) {
        byte[] buffer = new byte[16 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (number > frozen.get()) {
                    out.write(buffer, 0, n);
                }
            }
            if (number > frozen.get()) {
                to.close();
            }
        } catch (IOException e) {
            if (number > frozen.get()) {
                close(to);
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        sockets.forEach(FreezingProxy::close);
    }
}
