package dev.slipway.status;

import dev.slipway.contracts.id.RunId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A reader of server-sent events, on a thread of its own.
public final class Subscriber implements AutoCloseable {
    private final InputStream stream;
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final List<String> comments = new CopyOnWriteArrayList<>();
    private volatile Optional<String> end = Optional.empty();
    private volatile boolean ended;

    /// @param id the cursor
    /// @param heardNanos when it was here, by `System.nanoTime`
    public record Event(long id, String name, String data, long heardNanos) {}

    private Subscriber(InputStream stream) {
        this.stream = stream;
    }

    /// Connects and reads.
    public static Subscriber of(
            StatusApi api, RunId run, String query, @Nullable Long lastEventId) {
        Subscriber subscriber = idle(api, run, query, lastEventId);
        subscriber.read();
        return subscriber;
    }

    /// Connects, and does not read until [#read] is called.
    public static Subscriber idle(
            StatusApi api, RunId run, String query, @Nullable Long lastEventId) {
        HttpRequest.Builder request = api.request("/v1/runs/%s/events%s".formatted(run, query));
        if (lastEventId != null) {
            request.header("Last-Event-ID", Long.toString(lastEventId));
        }
        HttpResponse<InputStream> response =
                api.send(request.build(), BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            throw new AssertionError("status " + response.statusCode());
        }
        return new Subscriber(response.body());
    }

    public void read() {
        Thread.ofVirtual().start(this::readAll);
    }

    public List<Event> events() {
        return List.copyOf(events);
    }

    public List<String> names() {
        return events.stream().map(Event::name).toList();
    }

    public List<Long> ids() {
        return events.stream().map(Event::id).toList();
    }

    public List<String> comments() {
        return List.copyOf(comments);
    }

    /// What the service said was missing when it ended the stream; empty until it did.
    public Optional<String> end() {
        return end;
    }

    public boolean ended() {
        return ended;
    }

    private void readAll() {
        try (var lines =
                new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            long id = 0;
            String name = "";
            var data = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(":")) {
                    comments.add(line);
                } else if (line.startsWith("id:")) {
                    id = Long.parseLong(line.substring(3).strip());
                } else if (line.startsWith("event:")) {
                    name = line.substring(6).strip();
                } else if (line.startsWith("data:")) {
                    data.append(line.substring(5));
                } else if (line.isEmpty() && !data.isEmpty()) {
                    if (name.equals("StreamEnded")) {
                        end = Optional.of(data.toString().strip());
                    } else {
                        events.add(new Event(id, name, data.toString(), System.nanoTime()));
                    }
                    data.setLength(0);
                }
            }
            ended = true;
        } catch (IOException e) {
            // Closed by the test: what was heard so far counts.
            comments.add(": " + e);
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
