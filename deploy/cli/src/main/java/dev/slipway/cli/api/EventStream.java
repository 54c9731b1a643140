package dev.slipway.cli.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.CommandFailure;
import dev.slipway.contracts.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Server-sent events of one run, followed through broken connections: a new connection resumes
/// after the last event seen.
public final class EventStream implements AutoCloseable {
    /// @param name the event's name
    /// @param data its JSON
    public record Event(String name, JsonNode data) {}

    private static final Duration RECONNECT = Duration.ofMillis(500);

    private final ApiClient status;
    private final String path;
    // A piece of output may be long and who reads slow: what waits must fit into a small heap.
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>(2_000);
    private final Thread reader;
    private volatile boolean closed;
    private volatile String cursor;

    /// @param cursor where to go on; empty for the beginning
    public EventStream(ApiClient status, String path, String cursor) {
        this.status = status;
        this.path = path;
        this.cursor = cursor;
        this.reader = Thread.ofVirtual().name("events").start(this::follow);
    }

    /// The next event, or nothing if none came within `patience`.
    public Optional<Event> next(Duration patience) {
        try {
            return Optional.ofNullable(events.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted");
        }
    }

    /// Where to go on after the last event that was read from the service.
    public String cursor() {
        return cursor;
    }

    @Override
    public void close() {
        closed = true;
        reader.interrupt();
    }

    private void follow() {
        while (!closed) {
            try (Stream<String> lines = status.lines(path, cursor)) {
                read(lines.iterator());
            } catch (IOException | UncheckedIOException | ApiFailure e) {
                // Not there (yet, or for a moment): the watcher notices the silence and asks the
                // planner.
            } catch (InterruptedException e) {
                return;
            }
            pause();
        }
    }

    private void pause() {
        try {
            Thread.sleep(RECONNECT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(Iterator<String> lines) throws InterruptedException, JsonProcessingException {
        String id = cursor;
        String name = "message";
        var data = new StringBuilder();
        while (!closed && lines.hasNext()) {
            String line = lines.next();
            if (line.startsWith("id:")) {
                id = line.substring(3).strip();
            } else if (line.startsWith("event:")) {
                name = line.substring(6).strip();
            } else if (line.startsWith("data:")) {
                data.append(line.substring(5).strip());
            } else if (line.isEmpty() && !data.isEmpty()) {
                events.put(new Event(name, Wire.mapper().readTree(data.toString())));
                cursor = id;
                data.setLength(0);
                name = "message";
            }
        }
    }
}
