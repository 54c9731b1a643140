package dev.slipway.faults;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the journal's program reads from its channel, as the production code sends it: read the way
/// the program does.
///
/// @param first the attempt with which the user last asked for the task
/// @param kind `fresh`, `adopt` or `cancel`
/// @param timeout of the whole attempt
/// @param startWithin after the arrival; zero: it may not start
/// @param from the first byte of output that is wanted
record OrderText(
        String task,
        int attempt,
        int first,
        String kind,
        boolean mutating,
        Duration timeout,
        Duration startWithin,
        long from,
        List<StepText> steps) {
    private static final Pattern STEP =
            Pattern.compile("(?m)^ +(\\d+)\\) step=(\\w+) rerun=(yes|no) limit=(\\d+)");
    private static final Pattern BLOB = Pattern.compile("(\\S+) (\\d+)");

    /// What says that all came.
    private static final String OVER = "over\n";

    /// @param limit zero if it has none of its own
    record StepText(int number, boolean rerun, Duration limit, Script script) {}

    /// The only scripts the model runs, as a real shell would: lines of `echo WORD`, `echo WORD
    /// > > FILE`, `sleep SECONDS`, `(sleep SECONDS; echo WORD >>FILE) &` and `exit CODE`.
    ///
    /// @param mark what it appends to the file that keeps account of what ran; empty if nothing
    /// @param child how long a background process of it would sleep; zero if it starts none
    record Script(String mark, String output, Duration runs, Duration child, int exit) {
        private static final Pattern MARK = Pattern.compile("(?m)^echo (\\S+) >>");
        private static final Pattern OUTPUT = Pattern.compile("(?m)^echo (\\S+)$");
        private static final Pattern SLEEP = Pattern.compile("(?m)^sleep ([0-9.]+)$");
        private static final Pattern CHILD = Pattern.compile("(?m)^\\(sleep ([0-9.]+);");
        private static final Pattern EXIT = Pattern.compile("(?m)^exit (\\d+)$");

        static Script parse(String text) {
            return new Script(
                    find(MARK, text).orElse(""),
                    find(OUTPUT, text).map(line -> line + "\n").orElse(""),
                    seconds(find(SLEEP, text)),
                    seconds(find(CHILD, text)),
                    find(EXIT, text).map(Integer::parseInt).orElse(0));
        }

        /// @param file where marks are kept
        String render(String file) {
            var text = new StringBuilder();
            if (!mark.isEmpty()) {
                text.append("echo ").append(mark).append(" >>").append(file).append('\n');
            }
            if (!output.isEmpty()) {
                text.append("echo ").append(output);
            }
            if (child.isPositive()) {
                text.append("(sleep ")
                        .append(text(child))
                        .append("; echo ")
                        .append(mark)
                        .append("-child >>")
                        .append(file)
                        .append(") &\n");
            }
            if (runs.isPositive()) {
                text.append("sleep ").append(text(runs)).append('\n');
            }
            return text.append("exit ").append(exit).append('\n').toString();
        }

        private static String text(Duration time) {
            return java.math.BigDecimal.valueOf(time.toMillis(), 3).toPlainString();
        }

        private static Optional<String> find(Pattern pattern, String text) {
            Matcher found = pattern.matcher(text);
            return found.find() ? Optional.of(found.group(1)) : Optional.empty();
        }

        private static Duration seconds(Optional<String> number) {
            return number.map(s ->
                            Duration.ofMillis(
                                    new java.math.BigDecimal(s).movePointRight(3).longValue()))
                    .orElse(Duration.ZERO);
        }
    }

    /// @return nothing if the connection broke before all had come
    static Optional<OrderText> read(byte[] sent) {
        var input = new ByteArrayInputStream(sent);
        try {
            Optional<String> program = line(input);
            if (program.isEmpty()
                    || input.skip(Integer.parseInt(program.get()))
                            < Integer.parseInt(program.get())) {
                return Optional.empty();
            }
            Optional<String> length = line(input);
            if (length.isEmpty() || line(input).isEmpty() || line(input).isEmpty()) {
                return Optional.empty();
            }
            byte[] text = input.readNBytes(Integer.parseInt(length.get()));
            byte[] files = input.readAllBytes();
            // A cancelling order is carried out without its files.
            return new String(files, StandardCharsets.ISO_8859_1).endsWith(OVER)
                    ? Optional.of(parse(new String(text, StandardCharsets.UTF_8), files))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> line(ByteArrayInputStream input) {
        var line = new StringBuilder();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) {
                return Optional.empty();
            }
            line.append((char) next);
        }
        return Optional.of(line.toString());
    }

    private static OrderText parse(String text, byte[] files) {
        Map<String, String> blobs = blobs(text, files);
        var steps = new ArrayList<StepText>();
        Matcher step = STEP.matcher(text);
        while (step.find()) {
            int number = Integer.parseInt(step.group(1));
            steps.add(
                    new StepText(
                            number,
                            step.group(3).equals("yes"),
                            ticks(step.group(4)),
                            Script.parse(blobs.getOrDefault(number + ".script", ""))));
        }
        return new OrderText(
                value(text, "task"),
                Integer.parseInt(value(text, "attempt")),
                Integer.parseInt(value(text, "first")),
                value(text, "kind"),
                value(text, "mutating").equals("yes"),
                ticks(value(text, "timeout")),
                ticks(value(text, "start_within")),
                Long.parseLong(value(text, "from")),
                List.copyOf(steps));
    }

    private static Map<String, String> blobs(String text, byte[] files) {
        var blobs = new HashMap<String, String>();
        String list =
                text.substring(text.indexOf("\nblobs=") + 7, text.lastIndexOf("\nkind="))
                        .replace("'", "");
        int at = 0;
        Matcher blob = BLOB.matcher(list);
        while (blob.find()) {
            int length = Integer.parseInt(blob.group(2));
            if (at + length > files.length - OVER.length()) {
                break; // a cancelling order comes without them
            }
            blobs.put(blob.group(1), new String(files, at, length, StandardCharsets.UTF_8));
            at += length;
        }
        return blobs;
    }

    private static String value(String text, String name) {
        int at = text.startsWith(name + "=") ? 0 : text.lastIndexOf("\n" + name + "=") + 1;
        return text.substring(at + name.length() + 1, text.indexOf('\n', at)).replace("'", "");
    }

    private static Duration ticks(String centiseconds) {
        return Duration.ofMillis(10 * Long.parseLong(centiseconds));
    }
}
