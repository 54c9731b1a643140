package dev.slipway.faults;

import dev.slipway.executor.ssh.RootChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;

/// One SSH channel between an executor and a program on a host: bytes in order, each way with its
/// delay; it may break at any of them.
final class Line implements RootChannel {
    private static final Duration SILENCE = Duration.ofSeconds(30);

    /// What the program on the host sees when nobody listens any more.
    static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Gone() {
            super("the channel is closed", null, false, false);
        }
    }

    /// How an order came to its host.
    ///
    /// @param sender the process that sent it
    /// @param transit how long it was under way
    record Delivery(String sender, Duration transit) {}

    private final Baton baton;
    private final String sender;
    private final Network.Link link;
    private final BiConsumer<Line, byte[]> deliver;
    private final Baton.Signal news;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private byte[] received = new byte[0];
    private int read;
    private Duration lastArrival = Duration.ZERO;
    private boolean ended;
    private boolean closed;
    private Duration firstSent = Duration.ZERO;

    /// @param deliver called with all that was sent, when the sender has closed its side
    Line(Baton baton, String sender, Network.Link link, BiConsumer<Line, byte[]> deliver) {
        this.baton = baton;
        this.sender = sender;
        this.link = link;
        this.deliver = deliver;
        this.news = baton.signal();
    }

    @Override
    public OutputStream input() {
        return new OutputStream() {
            @Override
            public void write(int b) {
                sent.write(b);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (closed) {
                    throw new IOException("the channel is closed");
                }
                if (sent.size() == 0) {
                    firstSent = baton.elapsed();
                }
                sent.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                byte[] all = sent.toByteArray();
                sent.reset();
                baton.sys(Baton.Call.DELIVERY);
                if (closed || link.cuts()) {
                    cut();
                    throw new IOException("the connection broke while the order was sent");
                }
                arrive(() -> deliver.accept(Line.this, all));
            }
        };
    }

    @Override
    public InputStream output() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0];
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                await();
                int count = Math.min(length, received.length - read);
                if (count == 0) {
                    return -1;
                }
                System.arraycopy(received, read, bytes, offset, count);
                read += count;
                return count;
            }

            @Override
            public int available() {
                return received.length - read;
            }
        };
    }

    private void await() throws IOException {
        while (read == received.length && !ended) {
            if (closed) {
                throw new IOException("the channel was closed");
            }
            Duration before = baton.elapsed();
            news.await(SILENCE);
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
            boolean silent = baton.elapsed().minus(before).compareTo(SILENCE) >= 0;
            if (silent && read == received.length && !ended && !closed) {
                closed = true;
                throw new IOException("the host was silent for 30 s");
            }
        }
    }

    @Override
    public Optional<String> newHostKey() {
        return Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
        news.raise();
    }

    /// What was sent, as it arrives now.
    Delivery delivery() {
        return new Delivery(sender, baton.elapsed().minus(firstSent));
    }

    /// The connection breaks: what is under way is lost.
    void cut() {
        closed = true;
        ended = true;
        news.raise();
    }

    /// A line of the program.
    void tell(String text) {
        tell((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    void tell(byte[] bytes) {
        if (closed) {
            throw new Gone();
        }
        if (link.cuts()) {
            cut();
            throw new Gone();
        }
        arrive(() -> {
            if (!closed) {
                received = join(received, read, bytes);
                read = 0;
                news.raise();
            }
        });
    }

    /// The program is over.
    void end() {
        if (!closed) {
            arrive(() -> {
                ended = true;
                news.raise();
            });
        }
    }

    private void arrive(Runnable what) {
        Duration at = baton.elapsed().plus(link.delay());
        lastArrival = at.compareTo(lastArrival) < 0 ? lastArrival : at;
        attempt(what, lastArrival.minus(baton.elapsed()));
    }

    /// The sender's kernel repeats what meets a partition, though nobody waits for it any more.
    private void attempt(Runnable what, Duration delay) {
        baton.later(
                delay,
                () -> {
                    if (link.up()) {
                        what.run();
                    } else {
                        lastArrival = baton.elapsed().plusSeconds(1);
                        attempt(what, Duration.ofSeconds(1));
                    }
                });
    }

    private static byte[] join(byte[] first, int from, byte[] second) {
        byte[] all = new byte[first.length - from + second.length];
        System.arraycopy(first, from, all, 0, first.length - from);
        System.arraycopy(second, 0, all, first.length - from, second.length);
        return all;
    }
}
