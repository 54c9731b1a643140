package dev.slipway.executor.task;

import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.contracts.event.TaskResult.TaskRef;
import java.io.ByteArrayOutputStream;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Cuts an attempt's output into masked chunks, each of one step. Offsets and lengths count the
/// host's bytes, so chunks of two executors can be told apart from new ones.
final class OutputChunks implements OutputMasker.Sink {
    /// Each raw byte is at most four of text (`\xNN`): the chunk's limit of 16 KiB holds.
    private static final int RAW_LIMIT = 4096;

    private static final int TAIL_LIMIT = 4096;

    private final TaskRef ref;
    private final Consumer<OutputChunk> out;
    private final OutputMasker masker;
    private final TreeMap<Long, String> stepsByOffset = new TreeMap<>(Map.of(0L, ""));
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final StringBuilder tail = new StringBuilder();
    private long received;
    private long chunkStart;
    private int chunkLength;

    OutputChunks(TaskRef ref, Collection<byte[]> secrets, Consumer<OutputChunk> out) {
        this.ref = ref;
        this.out = out;
        this.masker = new OutputMasker(secrets, this);
    }

    /// The first byte that has not come yet.
    long received() {
        return received;
    }

    void stepStarts(String step, long offset) {
        stepsByOffset.put(offset, step);
    }

    /// @param offset of the first byte; what came before is passed over
    void receive(long offset, byte[] bytes) {
        long repeated = received - offset;
        if (repeated < 0 || repeated >= bytes.length) {
            return;
        }
        received = offset + bytes.length;
        masker.feed(java.util.Arrays.copyOfRange(bytes, (int) repeated, bytes.length));
        cut(false);
    }

    /// Sends what is left, with the word that nothing follows.
    void end() {
        masker.end();
        cut(true);
        out.accept(new OutputChunk(ref, chunkStart, 0, stepAt(chunkStart), "", true));
    }

    /// The last lines, masked and printable.
    String tail() {
        return PrintableText.tail(tail.toString(), TAIL_LIMIT);
    }

    @Override
    public void plain(byte[] bytes) {
        for (byte next : bytes) {
            makeRoom();
            text.write(next);
            chunkLength++;
        }
    }

    @Override
    public void masked(int length) {
        makeRoom();
        text.writeBytes(PrintableText.MASK);
        chunkLength += length;
    }

    private void makeRoom() {
        boolean full = text.size() + PrintableText.MASK.length > RAW_LIMIT;
        Long border = stepsByOffset.higherKey(chunkStart);
        boolean nextStep = border != null && chunkStart + chunkLength >= border;
        if (full || nextStep) {
            cut(nextStep);
        }
    }

    /// @param all also an incomplete character at the end
    private void cut(boolean all) {
        byte[] bytes = text.toByteArray();
        int keep = all ? 0 : incomplete(bytes);
        if (chunkLength - keep <= 0) {
            return;
        }
        String printable = PrintableText.of(java.util.Arrays.copyOf(bytes, bytes.length - keep));
        out.accept(
                new OutputChunk(
                        ref, chunkStart, chunkLength - keep, stepAt(chunkStart), printable, false));
        remember(printable);
        chunkStart += chunkLength - keep;
        chunkLength = keep;
        text.reset();
        text.write(bytes, bytes.length - keep, keep);
    }

    private void remember(String printable) {
        tail.append(printable);
        if (tail.length() > 4 * TAIL_LIMIT) {
            tail.delete(0, tail.length() - 2 * TAIL_LIMIT);
        }
    }

    private String stepAt(long offset) {
        return stepsByOffset.floorEntry(offset).getValue();
    }

    /// How many bytes at the end begin a UTF-8 character that is not complete (RFC 3629 §3).
    private static int incomplete(byte[] bytes) {
        for (int back = 1; back <= Math.min(3, bytes.length); back++) {
            int b = bytes[bytes.length - back] & 0xff;
            if (b < 0x80) {
                return 0;
            }
            if (b >= 0xc0) {
                int needed = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
                return needed > back ? back : 0;
            }
        }
        return 0;
    }
}
