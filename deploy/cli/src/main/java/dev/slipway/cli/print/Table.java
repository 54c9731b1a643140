package dev.slipway.cli.print;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Left-aligned columns, two spaces between them, no trailing blanks.
public final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... header) {
        rows.add(List.of(header));
    }

    public Table row(String... cells) {
        rows.add(IntStream.range(0, cells.length).mapToObj(i -> oneLine(cells[i])).toList());
        return this;
    }

    public boolean isEmpty() {
        return rows.size() == 1;
    }

    @Override
    public String toString() {
        int[] widths = new int[rows.getFirst().size()];
        rows.forEach(r ->
                IntStream.range(0, widths.length)
                        .forEach(i -> widths[i] = Math.max(widths[i], width(r.get(i)))));
        return rows.stream()
                .map(r ->
                        IntStream.range(0, widths.length)
                                .mapToObj(i -> r.get(i) + " ".repeat(widths[i] - width(r.get(i))))
                                .collect(Collectors.joining("  "))
                                .stripTrailing())
                .collect(Collectors.joining("\n"));
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String oneLine(String text) {
        return Terminal.safe(text).replace('\n', ' ').replace('\t', ' ');
    }
}
