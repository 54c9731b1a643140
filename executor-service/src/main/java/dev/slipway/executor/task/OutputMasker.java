package dev.slipway.executor.task;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Collection;

/// Finds secrets in a stream of bytes, however it is cut into pieces (Aho and Corasick, 1975).
/// Bytes are held back exactly as long as they may still turn out to be part of one.
final class OutputMasker {
    /// Where the stream goes on to.
    interface Sink {
        void plain(byte[] bytes);

        /// That many bytes of the stream were secret.
        void masked(int length);
    }

    private static final int ROOT = 0;

    private final SecretTrie trie;
    private final Sink sink;
    private byte[] held = new byte[256];
    private boolean[] secret = new boolean[256];
    private int count;
    private int state = ROOT;

    OutputMasker(Collection<byte[]> secrets, Sink sink) {
        this.trie = new SecretTrie(SecretForms.of(secrets));
        this.sink = sink;
    }

    void feed(byte[] bytes) {
        for (byte next : bytes) {
            if (count == held.length) {
                held = Arrays.copyOf(held, count * 2);
                secret = Arrays.copyOf(secret, count * 2);
            }
            held[count] = next;
            secret[count] = false;
            count++;
            state = trie.next(state, next);
            int found = trie.longestMatch(state);
            if (found > 0) {
                Arrays.fill(secret, count - found, count, true);
            }
            if (count >= 4096 + trie.depth(state)) {
                release(count - trie.depth(state));
            }
        }
        release(count - trie.depth(state));
    }

    /// The stream is over: what was held back is no secret, or not a whole one.
    void end() {
        release(count);
        state = ROOT;
    }

    private void release(int length) {
        int from = 0;
        while (from < length) {
            int to = from + 1;
            while (to < length && secret[to] == secret[from]) {
                to++;
            }
            if (secret[from]) {
                sink.masked(to - from);
            } else {
                sink.plain(Arrays.copyOfRange(held, from, to));
            }
            from = to;
        }
        System.arraycopy(held, length, held, 0, count - length);
        System.arraycopy(secret, length, secret, 0, count - length);
        count -= length;
    }

    /// The bytes with every secret replaced, for texts that are whole.
    static byte[] mask(Collection<byte[]> secrets, byte[] bytes) {
        var masked = new ByteArrayOutputStream();
        var masker =
                new OutputMasker(
                        secrets,
                        new Sink() {
                            @Override
                            public void plain(byte[] plain) {
                                masked.writeBytes(plain);
                            }

                            @Override
                            public void masked(int length) {
                                masked.writeBytes(PrintableText.MASK);
                            }
                        });
        masker.feed(bytes);
        masker.end();
        return masked.toByteArray();
    }
}
