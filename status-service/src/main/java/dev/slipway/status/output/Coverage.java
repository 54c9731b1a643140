package dev.slipway.status.output;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Which bytes of an attempt's output are known already: a set of disjoint ranges. An executor that
/// takes over reports bytes again, in other pieces, and a late one may report them out of order.
///
/// @param ranges ordered, disjoint, not touching
record Coverage(List<Range> ranges) {
    static final Coverage NONE = new Coverage(List.of());

    /// @param from the first byte
    /// @param to the byte after the last, above `from`
    record Range(long from, long to) {
        Range {
            if (from < 0 || to <= from) {
                throw new IllegalArgumentException("%d-%d is no range".formatted(from, to));
            }
        }

        @Override
        public String toString() {
            return from + "-" + to;
        }
    }

    Coverage {
        ranges = List.copyOf(ranges);
    }

    /// Reads what [#toString] wrote.
    static Coverage of(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        List<Range> ranges = new ArrayList<>();
        for (String range : text.split(",", -1)) {
            int dash = range.indexOf('-');
            ranges.add(
                    new Range(
                            Long.parseLong(range.substring(0, dash)),
                            Long.parseLong(range.substring(dash + 1))));
        }
        return new Coverage(ranges);
    }

    /// The parts of `wanted` that are not covered, in order.
    List<Range> missing(Range wanted) {
        List<Range> missing = new ArrayList<>();
        long from = wanted.from();
        for (Range known : ranges) {
            if (known.to() <= from) {
                continue;
            }
            if (known.from() >= wanted.to()) {
                break;
            }
            if (known.from() > from) {
                missing.add(new Range(from, known.from()));
            }
            from = known.to();
        }
        if (from < wanted.to()) {
            missing.add(new Range(from, wanted.to()));
        }
        return missing;
    }

    Coverage with(Range added) {
        TreeMap<Long, Long> merged = new TreeMap<>();
        ranges.forEach(r -> merged.put(r.from(), r.to()));
        merged.merge(added.from(), added.to(), Math::max);
        return new Coverage(joined(merged.entrySet()));
    }

    /// How many bytes are known.
    long size() {
        return ranges.stream().mapToLong(r -> r.to() - r.from()).sum();
    }

    private static List<Range> joined(Collection<Map.Entry<Long, Long>> sorted) {
        List<Range> joined = new ArrayList<>();
        for (Map.Entry<Long, Long> next : sorted) {
            if (!joined.isEmpty() && next.getKey() <= joined.getLast().to()) {
                Range last = joined.removeLast();
                joined.add(new Range(last.from(), Math.max(last.to(), next.getValue())));
            } else {
                joined.add(new Range(next.getKey(), next.getValue()));
            }
        }
        return joined;
    }

    @Override
    public String toString() {
        return ranges.stream().map(Range::toString).collect(Collectors.joining(","));
    }
}
