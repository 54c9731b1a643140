package dev.slipway.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.api.EventStream;
import dev.slipway.cli.print.Terminal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// What a run prints on its hosts, as it comes: `HOST | line`. All it knows comes with the events,
/// so a thousand hosts cost no request more than one.
public final class HostOutput implements ProgressView {
    /// What is done with output.
    public enum Mode {
        /// Lines are printed as they come.
        PRINTED,
        /// It is kept, to be asked for at the end.
        KEPT,
        /// It is not asked for.
        NONE
    }

    /// What a host printed; if it was too much to keep, the end.
    public record Kept(String text, boolean truncated) {
        private static final Kept NOTHING = new Kept("", false);

        private Kept with(String more, int most) {
            String whole = text + more;
            return whole.length() <= most
                    ? new Kept(whole, truncated)
                    : new Kept(whole.substring(whole.length() - most), true);
        }
    }

    // Characters of one host, and of all together: the command line's heap is small.
    private static final int MOST_KEPT = 256 * 1024;
    private static final int MOST_KEPT_OF_ALL = 16 * 1024 * 1024;

    /// The latest attempt on a host.
    private static final class Task {
        private int attempt;
        private boolean running;
        private boolean settled;
        private boolean failed;
        private Kept kept = Kept.NOTHING;
    }

    private final Mode mode;
    private final boolean live;
    private final int most;
    private final Map<String, String> labels = new HashMap<>();
    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private final OutputLines lines = new OutputLines(this::print);
    private String status = "";

    public HostOutput(Mode mode) {
        this(mode, mode == Mode.PRINTED && Terminal.isInteractive());
    }

    /// Keeps all that one host prints, as far as the heap allows.
    static HostOutput ofOneHost() {
        return new HostOutput(Mode.KEPT, false, MOST_KEPT_OF_ALL);
    }

    /// @param live whether a line at the bottom says how far the run is
    HostOutput(Mode mode, boolean live) {
        this(mode, live, MOST_KEPT);
    }

    private HostOutput(Mode mode, boolean live, int most) {
        this.mode = mode;
        this.live = live;
        this.most = most;
    }

    boolean isWanted() {
        return mode != Mode.NONE;
    }

    /// @param address `address:port`
    public Kept kept(String address) {
        return Optional.ofNullable(tasks.get(address)).map(t -> t.kept).orElse(Kept.NOTHING);
    }

    /// What the run's only host printed.
    Kept kept() {
        return tasks.values().stream().findFirst().map(t -> t.kept).orElse(Kept.NOTHING);
    }

    @Override
    public void event(EventStream.Event event) {
        JsonNode data = event.data();
        switch (event.name()) {
            case "RunOpened" -> name(data.path("hosts"));
            case "TaskStarted" -> task(data).ifPresent(t -> t.running = true);
            case "TaskSettled" -> task(data).ifPresent(t -> settle(t, data));
            case "OutputChunk" -> task(data).ifPresent(t -> output(t, data));
            case "RunPaused" -> note("paused by " + data.path("actor").asText());
            case "CancelRequested" -> note("ended by " + data.path("actor").asText());
            default -> {}
        }
    }

    /// By their names; hosts that share one by their addresses.
    private void name(JsonNode hosts) {
        var count = new HashMap<String, Integer>();
        hosts.forEach(h -> count.merge(h.path("name").asText(), 1, Integer::sum));
        for (JsonNode host : hosts) {
            String name = host.path("name").asText();
            String address = host.path("address").asText();
            labels.put(address, count.getOrDefault(name, 0) == 1 ? name : address);
            tasks.putIfAbsent(address, new Task());
        }
    }

    /// The event's task; nothing if a later attempt has taken its place.
    private Optional<Task> task(JsonNode data) {
        JsonNode ref = data.path("ref");
        int attempt = ref.path("attempt").asInt();
        Task task = tasks.computeIfAbsent(ref.path("host").asText(), _ -> new Task());
        if (attempt > task.attempt) {
            task = new Task();
            task.attempt = attempt;
            tasks.put(ref.path("host").asText(), task);
        }
        return Optional.of(task).filter(t -> t.attempt == attempt);
    }

    private static void settle(Task task, JsonNode data) {
        String outcome = data.path("outcome").asText();
        task.running = false;
        task.settled = !outcome.equals("NOT_STARTED");
        task.failed = task.settled && !outcome.equals("SUCCEEDED");
    }

    private void output(Task task, JsonNode data) {
        String text = data.path("text").asText();
        if (mode == Mode.KEPT) {
            task.kept = task.kept.with(text, Math.min(most, MOST_KEPT_OF_ALL / tasks.size()));
        } else {
            String address = data.path("ref").path("host").asText();
            lines.add(labels.getOrDefault(address, address) + " | ", text);
        }
    }

    private void print(String line) {
        clearStatus();
        System.out.println(line);
    }

    @Override
    public void frame(Supplier<Optional<JsonNode>> progress) {
        if (live) {
            String now =
                    "%d of %d hosts done, %d failed, %d running"
                            .formatted(
                                    count(t -> t.settled),
                                    tasks.size(),
                                    count(t -> t.failed),
                                    count(t -> t.running));
            if (!now.equals(status)) {
                System.out.print("\r\033[2K" + now);
                status = now;
            }
        }
        System.out.flush();
    }

    private void clearStatus() {
        if (!status.isEmpty()) {
            System.out.print("\r\033[2K");
            status = "";
        }
    }

    private long count(Predicate<Task> which) {
        return tasks.values().stream().filter(which).count();
    }

    @Override
    public void note(String text) {
        clearStatus();
        System.out.flush();
        System.err.println("(" + Terminal.safe(text) + ")");
    }

    @Override
    public void finish(JsonNode ended) {
        lines.finish();
        clearStatus();
        System.out.flush();
    }
}
