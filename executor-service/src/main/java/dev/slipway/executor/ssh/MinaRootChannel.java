package dev.slipway.executor.ssh;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import org.apache.sshd.client.channel.ChannelExec;

/// An exec channel with a watch on it: where nothing came for too long, it is closed, so that no
/// reader waits for a host that is gone.
final class MinaRootChannel implements RootChannel {
    private final ChannelExec exec;
    private final InputStream output;
    private final Thread watch;
    private volatile long lastHeard = System.nanoTime();
    private volatile Duration limit;
    private volatile Runnable afterClose = () -> {};
    private volatile Optional<String> newHostKey = Optional.empty();

    MinaRootChannel(ChannelExec exec, Duration limit) {
        this.exec = exec;
        this.limit = limit;
        this.output = new Heard(exec.getInvertedOut());
        this.watch = Thread.ofVirtual().name("ssh-silence").start(this::watch);
    }

    /// From now on the next byte has to come within `other`.
    void expectWithin(Duration other) {
        lastHeard = System.nanoTime();
        limit = other;
    }

    void afterClose(Runnable action) {
        afterClose = action;
    }

    void newHostKey(Optional<String> key) {
        newHostKey = key;
    }

    boolean isOpen() {
        return exec.isOpen();
    }

    void send(byte[] bytes) throws IOException {
        input().write(bytes);
        input().flush();
    }

    void endInput() {
        try {
            input().close();
        } catch (IOException e) {
            // Closed already by the other side.
        }
    }

    /// Ends a shell that was told nothing: it ends with its input, and the host is told so, which
    /// [#close()] leaves to the program's own end.
    void dismiss() {
        watch.interrupt();
        endInput();
        exec.close(false);
    }

    @Override
    public OutputStream input() {
        return exec.getInvertedIn();
    }

    @Override
    public InputStream output() {
        return output;
    }

    @Override
    public Optional<String> newHostKey() {
        return newHostKey;
    }

    @Override
    public void close() {
        watch.interrupt();
        exec.close(true);
        afterClose.run();
    }

    private void watch() {
        try {
            while (exec.isOpen()) {
                Duration silent = Duration.ofNanos(System.nanoTime() - lastHeard);
                Duration left = limit.minus(silent);
                if (!left.isPositive()) {
                    exec.close(true);
                    return;
                }
                Thread.sleep(
                        left.compareTo(Duration.ofSeconds(1)) < 0 ? left : Duration.ofSeconds(1));
            }
        } catch (InterruptedException e) {
            // The channel was closed.
            Thread.currentThread().interrupt();
        }
    }

    private final class Heard extends FilterInputStream {
        Heard(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            lastHeard = System.nanoTime();
            return next;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            lastHeard = System.nanoTime();
            return count;
        }
    }
}
