package dev.slipway.status.output;

import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.status.output.Coverage.Range;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What is new in a piece of output.
///
/// @param coverage with the piece
/// @param news the pieces to keep, in order; none if all of it was known
record Admission(Coverage coverage, List<OutputChunk> news) {
    Admission {
        news = List.copyOf(news);
    }

    /// Cuts away what is known. Where the text is not the raw bytes (something was masked or
    /// escaped) it can't be cut: then the whole piece is kept, because a line twice is better than
    /// a line lost.
    static Admission of(Coverage known, OutputChunk chunk) {
        if (chunk.length() <= 0) {
            return new Admission(known, chunk.last() ? List.of(chunk) : List.of());
        }
        var whole = new Range(chunk.offset(), chunk.offset() + chunk.length());
        List<Range> missing = known.missing(whole);
        if (missing.isEmpty()) {
            return new Admission(known, List.of());
        }
        byte[] bytes = chunk.text().getBytes(StandardCharsets.UTF_8);
        if (missing.equals(List.of(whole)) || bytes.length != chunk.length()) {
            return new Admission(known.with(whole), List.of(chunk));
        }
        List<OutputChunk> news = missing.stream().map(r -> cut(chunk, bytes, r)).toList();
        return new Admission(known.with(whole), news);
    }

    /// As [#of(Coverage, OutputChunk)], but nothing is kept beyond `limit` bytes of an attempt; the
    /// piece that reaches it says so.
    static Admission of(Coverage known, OutputChunk chunk, long limit) {
        if (known.size() >= limit && !chunk.last()) {
            return new Admission(known, List.of());
        }
        Admission admission = of(known, chunk);
        boolean reached = known.size() < limit && admission.coverage.size() >= limit;
        return reached
                ? new Admission(admission.coverage, ended(admission.news, limit))
                : admission;
    }

    private static List<OutputChunk> ended(List<OutputChunk> news, long limit) {
        OutputChunk last = news.getLast();
        List<OutputChunk> ended = new ArrayList<>(news.subList(0, news.size() - 1));
        ended.add(
                new OutputChunk(
                        last.ref(),
                        last.offset(),
                        last.length(),
                        last.step(),
                        last.text()
                                + "\n[more than %d bytes: the rest is not kept]\n".formatted(limit),
                        last.last()));
        return ended;
    }

    private static OutputChunk cut(OutputChunk chunk, byte[] bytes, Range part) {
        int start = (int) (part.from() - chunk.offset());
        int length = (int) (part.to() - part.from());
        return new OutputChunk(
                chunk.ref(),
                part.from(),
                length,
                chunk.step(),
                new String(bytes, start, length, StandardCharsets.UTF_8),
                chunk.last() && start + length == bytes.length);
    }
}
