package dev.slipway.executor.journal;

import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.order.Order;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// An order as the journal's program reads it: shell text that says what there is to do, and the
/// files it needs. Holds secrets: `toString` shows none.
public final class CompiledOrder {
    /// A file in the memory-backed directory.
    record Blob(String name, int length) {}

    private final Order order;
    private final String text;
    private final List<Blob> blobs;
    private final byte[] bytes;

    CompiledOrder(Order order, String text, List<Blob> blobs, byte[] bytes) {
        this.order = order;
        this.text = text;
        this.blobs = List.copyOf(blobs);
        this.bytes = bytes.clone();
    }

    public Order order() {
        return order;
    }

    /// The order's own text, the same at every delivery.
    String text() {
        return text;
    }

    List<Blob> blobs() {
        return blobs;
    }

    /// What the program reads to run the order, or to attach to it where it runs.
    ///
    /// @param startWithin how long from now it may still start; not positive: it may not
    /// @param from the first byte of output that is wanted
    Payload toRun(Duration startWithin, long from) {
        return payload(order.kind(), startWithin, from, bytes);
    }

    /// What the program reads to end the attempt and all before it.
    Payload toCancel(long from) {
        return payload(AttemptKind.CANCEL, Duration.ZERO, from, new byte[0]);
    }

    private Payload payload(AttemptKind kind, Duration startWithin, long from, byte[] files) {
        String head =
                "kind=%s\nstart_within=%d\nfrom=%d\nwhole=yes\n"
                        .formatted(
                                kind.name().toLowerCase(Locale.ROOT),
                                Math.max(0, startWithin.toMillis() / 10),
                                from);
        byte[] script = (text + head).getBytes(StandardCharsets.UTF_8);
        var all = new ByteArrayOutputStream(script.length + files.length);
        all.writeBytes(script);
        all.writeBytes(files);
        return new Payload(script.length, all);
    }

    /// @param scriptLength how much of it is shell text
    record Payload(int scriptLength, ByteArrayOutputStream bytes) {
        @Override
        public String toString() {
            return "Payload[" + bytes.size() + " bytes]";
        }
    }

    @Override
    public String toString() {
        return "CompiledOrder[" + order.task() + "]";
    }
}
