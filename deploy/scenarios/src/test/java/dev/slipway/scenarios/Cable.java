package dev.slipway.scenarios;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The network between executors and one host: every connection to `port` of its address goes on to
/// the port of its SSH server. While it is cut nothing passes either way and nobody is told, as
/// where packets are dropped: connections stay open, new ones are accepted by the kernel and get no
/// answer.
final class Cable implements AutoCloseable {
    private static final int PIECE = 16 << 10;

    private final InetSocketAddress host;
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition whole = lock.newCondition();
    private boolean cut;

    Cable(String address, int port, int hostPort) {
        try {
            host = new InetSocketAddress(InetAddress.getByName(address), hostPort);
            server = new ServerSocket(port, 64, host.getAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on %s:%d".formatted(address, port), e);
        }
        Thread.ofPlatform().daemon().name("cable-" + address).start(this::accept);
    }

    void cut() {
        lock.lock();
        try {
            cut = true;
        } finally {
            lock.unlock();
        }
    }

    /// @param lost whether the connections of before are gone, as after a router forgot them
    void mend(boolean lost) {
        if (lost) {
            sockets.forEach(Cable::close);
        }
        lock.lock();
        try {
            cut = false;
            whole.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                sockets.add(near);
                Thread.ofPlatform().daemon().start(() -> join(near));
            } catch (IOException e) {
                // Closed, or a client that went away at once.
            }
        }
    }

    private void join(Socket near) {
        var far = new Socket();
        sockets.add(far);
        try {
            awaitWhole();
            far.connect(host);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            Thread back = Thread.ofPlatform().daemon().start(() -> pass(far, near));
            pass(near, far);
            back.join();
        } catch (IOException e) {
            // The host does not listen: the client sees its connection end.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            for (Socket socket : new Socket[] {near, far}) {
                close(socket);
                sockets.remove(socket);
            }
        }
    }

    private void pass(Socket from, Socket to) {
        byte[] piece = new byte[PIECE];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                awaitWhole();
                out.write(piece, 0, n);
            }
            awaitWhole();
            to.shutdownOutput();
        } catch (IOException e) {
            close(from);
            close(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitWhole() throws InterruptedException {
        lock.lock();
        try {
            while (cut) {
                whole.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        mend(true);
    }
}
