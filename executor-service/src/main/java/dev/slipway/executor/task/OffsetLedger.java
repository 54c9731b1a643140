package dev.slipway.executor.task;

import java.util.TreeSet;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/// Which records of one partition are settled. Records settle out of order: the committed offset is
/// the first that is not settled, and those beyond it travel in the commit's metadata, so that the
/// next owner passes over them.
///
/// Metadata: distances from the committed offset as `A` or `A-B`, in base 36, separated by commas;
/// as many as fit.
final class OffsetLedger {
    /// Kafka's default limit is 4096 bytes (`offset.metadata.max.bytes`).
    private static final int METADATA_LIMIT = 4000;

    private static final int RADIX = 36;

    private final TreeSet<Long> open = new TreeSet<>();
    private final TreeSet<Long> settled = new TreeSet<>();
    private long end;
    private boolean changed;

    /// @param committed where the last owner was; its metadata
    OffsetLedger(long committed, String metadata) {
        this.end = committed;
        for (String range : metadata.isEmpty() ? new String[0] : metadata.split(",")) {
            restore(committed, range);
        }
    }

    private void restore(long committed, String range) {
        try {
            String[] ends = range.split("-", 2);
            long first = committed + Long.parseLong(ends[0], RADIX);
            long last = ends.length == 1 ? first : committed + Long.parseLong(ends[1], RADIX);
            if (last - first < 1_000_000) {
                for (long offset = first; offset <= last; offset++) {
                    settled.add(offset);
                }
            }
        } catch (NumberFormatException e) {
            // Another version's metadata: its records come again, and attach to what they did.
            settled.clear();
        }
    }

    /// A record came.
    ///
    /// @return false if it is settled already
    synchronized boolean begin(long offset) {
        end = Math.max(end, offset + 1);
        if (settled.contains(offset)) {
            changed = true;
            return false;
        }
        open.add(offset);
        return true;
    }

    synchronized void settle(long offset) {
        open.remove(offset);
        settled.add(offset);
        changed = true;
    }

    /// Before it lies all that came.
    synchronized long next() {
        return end;
    }

    /// Whether there is something to commit since the last time it was asked for.
    synchronized boolean changed() {
        return changed;
    }

    /// The last commit did not get through.
    synchronized void commitAgain() {
        changed = true;
    }

    /// What to commit now.
    synchronized OffsetAndMetadata commit() {
        changed = false;
        long position = open.isEmpty() ? end : open.first();
        settled.headSet(position).clear();
        return new OffsetAndMetadata(position, metadata(position));
    }

    private String metadata(long position) {
        var text = new StringBuilder();
        Long first = settled.isEmpty() ? null : settled.first();
        while (first != null) {
            long last = first;
            while (settled.contains(last + 1)) {
                last++;
            }
            String range =
                    Long.toString(first - position, RADIX)
                            + (last == first ? "" : "-" + Long.toString(last - position, RADIX));
            if (text.length() + range.length() + 1 > METADATA_LIMIT) {
                break;
            }
            text.append(text.isEmpty() ? "" : ",").append(range);
            first = settled.higher(last);
        }
        return text.toString();
    }
}
