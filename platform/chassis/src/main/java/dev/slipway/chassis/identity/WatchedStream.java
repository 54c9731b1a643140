package dev.slipway.chassis.identity;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// A stream whose reader does not wait for ever: where a read takes too long the stream is closed,
/// and the read fails. How long the reader takes in between does not count.
final class WatchedStream extends FilterInputStream {
    private static final long IDLE = Long.MAX_VALUE;

    private final Duration limit;
    private final AtomicLong since = new AtomicLong(IDLE);
    private final Thread watch;

    WatchedStream(InputStream in, Duration limit) {
        super(in);
        this.limit = limit;
        this.watch = Thread.ofVirtual().name("stream-silence").start(this::watch);
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(limit.dividedBy(10));
                long began = since.get();
                if (began != IDLE && System.nanoTime() - began > limit.toNanos()) {
                    in.close();
                    return;
                }
            }
        } catch (InterruptedException e) {
            // The stream was closed.
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // It is closed all the same.
        }
    }

    @Override
    public int read() throws IOException {
        since.set(System.nanoTime());
        try {
            return super.read();
        } finally {
            since.set(IDLE);
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        since.set(System.nanoTime());
        try {
            return super.read(buffer, offset, length);
        } finally {
            since.set(IDLE);
        }
    }

    @Override
    public void close() throws IOException {
        watch.interrupt();
        super.close();
    }
}
