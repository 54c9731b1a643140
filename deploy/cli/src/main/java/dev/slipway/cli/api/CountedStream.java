package dev.slipway.cli.api;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/// Says how much was read.
final class CountedStream extends FilterInputStream {
    private final AtomicLong count;
    private final LongConsumer told;

    CountedStream(InputStream in, AtomicLong count, LongConsumer told) {
        super(in);
        this.count = count;
        this.told = told;
    }

    @Override
    public int read() throws IOException {
        int next = super.read();
        if (next >= 0) {
            told.accept(count.incrementAndGet());
        }
        return next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        if (read > 0) {
            told.accept(count.addAndGet(read));
        }
        return read;
    }
}
