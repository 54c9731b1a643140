package dev.slipway.cli.run;

import dev.slipway.cli.print.Terminal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/// Puts pieces of many hosts' output together to whole lines, each with its own prefix, so that
/// hosts never mix within a line. What hosts print steers no terminal.
final class OutputLines {
    private final Consumer<String> out;
    private final Map<String, StringBuilder> unfinished = new LinkedHashMap<>();

    /// @param out takes each line, without its end
    OutputLines(Consumer<String> out) {
        this.out = out;
    }

    void add(String prefix, String text) {
        var open = unfinished.computeIfAbsent(prefix, _ -> new StringBuilder()).append(text);
        int begin = 0;
        int end;
        while ((end = open.indexOf("\n", begin)) >= 0) {
            print(prefix, open.substring(begin, end));
            begin = end + 1;
        }
        open.delete(0, begin);
    }

    /// Prints what was left without an end of line.
    void finish() {
        unfinished.forEach((prefix, open) -> {
            if (!open.isEmpty()) {
                print(prefix, open.toString());
            }
        });
        unfinished.clear();
    }

    private void print(String prefix, String line) {
        out.accept(Terminal.safe(prefix + line));
    }
}
