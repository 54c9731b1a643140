package dev.slipway.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.api.EventStream;
import dev.slipway.cli.print.Terminal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// A phase × host table that updates in place. Asks for the run's state when something happened,
/// and redraws the spinner in between.
final class LiveTable implements ProgressView {
    private static final Duration REFRESH = Duration.ofSeconds(1);

    private final PhaseHostTable table =
            new PhaseHostTable(Terminal.isUnicode(), Terminal.columns(), Terminal.lines() - 4);
    private Optional<JsonNode> shown = Optional.empty();
    private Instant asked = Instant.EPOCH;
    private boolean news = true;
    private String note = "";
    private int drawnLines;
    private int frame;

    @Override
    public void event(EventStream.Event event) {
        news = true;
        note = "";
    }

    @Override
    public void frame(Supplier<Optional<JsonNode>> progress) {
        if (news || Duration.between(asked, Instant.now()).compareTo(REFRESH) > 0) {
            asked = Instant.now();
            news = false;
            shown = progress.get().or(() -> shown);
        }
        shown.ifPresent(this::draw);
    }

    @Override
    public void note(String text) {
        note = text;
    }

    @Override
    public void finish(JsonNode progress) {
        if (progress.has("phases")) {
            draw(progress);
        }
    }

    private void draw(JsonNode progress) {
        List<String> lines = new ArrayList<>(table.lines(progress, frame++));
        if (!note.isEmpty()) {
            lines.add("(" + note + ")");
        }
        var out = new StringBuilder();
        if (drawnLines > 0) {
            out.append("\033[").append(drawnLines).append('A');
        }
        lines.forEach(l -> out.append("\033[2K").append(l).append('\n'));
        out.append("\033[J");
        drawnLines = lines.size();
        System.out.print(out);
        System.out.flush();
    }
}
