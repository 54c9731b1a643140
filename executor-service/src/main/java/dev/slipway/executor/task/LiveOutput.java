package dev.slipway.executor.task;

import dev.slipway.contracts.event.OutputChunk;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/// Passes a task's output on as fast as its rate allows. Of more than that it leaves out the
/// middle: the latest is held until the rate has recovered or the output ends, and a piece in front
/// of it says how many bytes are missing. The last piece always gets through, and so does what was
/// printed just before it. Nothing is lost: the host's journal keeps all.
final class LiveOutput implements Consumer<OutputChunk> {
    static final int HELD_BYTES = 64 * 1024;

    private final OutputRate rate;
    private final Consumer<OutputChunk> out;
    private final Deque<OutputChunk> held = new ArrayDeque<>();
    private boolean holding;
    private long heldBytes;
    private long omitted;
    private Optional<OutputChunk> firstOmitted = Optional.empty();

    LiveOutput(OutputRate rate, Consumer<OutputChunk> out) {
        this.rate = rate;
        this.out = out;
    }

    @Override
    public void accept(OutputChunk chunk) {
        breathe();
        if (chunk.last()) {
            release();
            out.accept(chunk);
        } else if (!holding && rate.take(chunk.length())) {
            out.accept(chunk);
        } else {
            hold(chunk);
        }
    }

    /// Passes on what is held if the rate has recovered; to be called from time to time.
    void breathe() {
        if (holding && rate.hasRecovered()) {
            release();
        }
    }

    private void hold(OutputChunk chunk) {
        holding = true;
        held.add(chunk);
        heldBytes += chunk.length();
        while (heldBytes > HELD_BYTES && held.size() > 1) {
            OutputChunk oldest = held.remove();
            heldBytes -= oldest.length();
            omitted += oldest.length();
            firstOmitted = firstOmitted.or(() -> Optional.of(oldest));
        }
    }

    private void release() {
        firstOmitted.ifPresent(first -> out.accept(gap(first)));
        held.forEach(chunk -> {
            boolean _ = rate.take(chunk.length());
            out.accept(chunk);
        });
        held.clear();
        heldBytes = 0;
        omitted = 0;
        firstOmitted = Optional.empty();
        holding = false;
    }

    /// It stands for its first byte only: what is left out does not count as told, nor against the
    /// read side's limit.
    private OutputChunk gap(OutputChunk first) {
        return new OutputChunk(
                first.ref(),
                first.offset(),
                1,
                first.step(),
                "\n[%d bytes left out: more than %d bytes a second came; the host's journal keeps all]\n"
                        .formatted(omitted, rate.perSecond()),
                false);
    }
}
