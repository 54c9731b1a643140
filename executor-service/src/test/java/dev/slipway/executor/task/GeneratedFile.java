package dev.slipway.executor.task;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.order.Part;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A file of any size that is nowhere: each byte follows from its place and the seed.
record GeneratedFile(long size, long seed) {
    Part.Content content() {
        try (InputStream bytes = open(0)) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            var piece = new byte[64 * 1024];
            for (int count = bytes.read(piece); count >= 0; count = bytes.read(piece)) {
                sha256.update(piece, 0, count);
            }
            return new Part.Content(
                    new ContentDigest(HexFormat.of().formatHex(sha256.digest())), size);
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    InputStream open(long from) {
        return new InputStream() {
            private long at = from;

            @Override
            public int read() {
                return at < size ? byteAt(at++) & 0xff : -1;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                int count = (int) Math.min(length, size - at);
                if (count <= 0) {
                    return length == 0 ? 0 : -1;
                }
                for (int i = 0; i < count; i++) {
                    buffer[offset + i] = byteAt(at++);
                }
                return count;
            }
        };
    }

    private byte byteAt(long place) {
        long word = (place >>> 3) * 0x9e3779b97f4a7c15L + seed;
        word ^= word >>> 29;
        word *= 0xbf58476d1ce4e5b9L;
        return (byte) (word >>> (8 * (place & 7)));
    }
}
