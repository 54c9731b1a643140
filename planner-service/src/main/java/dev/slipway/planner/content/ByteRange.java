package dev.slipway.planner.content;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A part of a content (RFC 9110 §14.1.2). Several ranges at once, and anything that is not
/// understood, mean the whole, as the RFC allows.
///
/// @param from the first byte
/// @param to the byte after the last
/// @param size of the whole
record ByteRange(long from, long to, long size) {
    private static final Pattern FORM = Pattern.compile("bytes=([0-9]{1,15})-([0-9]{0,15})");
    private static final Pattern LAST = Pattern.compile("bytes=-([0-9]{1,15})");

    static ByteRange whole(long size) {
        return new ByteRange(0, size, size);
    }

    static ByteRange of(String header, long size) {
        Matcher last = LAST.matcher(header);
        if (last.matches()) {
            long count = Long.parseLong(last.group(1));
            return new ByteRange(count == 0 ? size + 1 : Math.max(0, size - count), size, size);
        }
        Matcher range = FORM.matcher(header);
        if (!range.matches()) {
            return whole(size);
        }
        long from = Long.parseLong(range.group(1));
        long to =
                range.group(2).isEmpty()
                        ? size
                        : Math.min(size, Long.parseLong(range.group(2)) + 1);
        boolean nonsense = !range.group(2).isEmpty() && to <= from && from < size;
        return nonsense ? whole(size) : new ByteRange(from, to, size);
    }

    boolean isWhole() {
        return from == 0 && to == size;
    }

    /// Whether it has no byte: it begins behind the end.
    boolean isOutside() {
        return !isWhole() && from >= size;
    }
}
