package dev.slipway.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.slipway.cli.CommandFailure;
import dev.slipway.contracts.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/// One service's API. Calls block; a service that does not answer within 30 s counts as away.
public final class ApiClient {
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Duration STANDSTILL = Duration.ofMinutes(1);
    private static final String JSON = "application/json";

    private final String name;
    private final URI base;
    private final String token;
    private final HttpClient http;

    ApiClient(String name, URI base, String token, HttpClient http) {
        this.name = name;
        this.base = base;
        this.token = token;
        this.http = http;
    }

    /// @throws ApiFailure if the service refuses
    /// @throws CommandFailure if it does not answer
    public JsonNode get(String path) {
        return json(send(request(path).GET().build()));
    }

    public String text(String path) {
        return send(request(path).header("Accept", "text/yaml, text/plain").GET().build());
    }

    public JsonNode post(String path, Object body) {
        return json(send(withBody(path, body).build()));
    }

    public String postForText(String path, Object body) {
        return send(withBody(path, body).header("Accept", "text/yaml, text/plain").build());
    }

    public void put(String path, Object body) {
        send(
                request(path)
                        .header("Content-Type", JSON)
                        .PUT(BodyPublishers.ofByteArray(Wire.bytes(body)))
                        .build());
    }

    /// Whether there is something at `path`.
    public boolean has(String path) {
        try {
            HttpResponse<Void> answer =
                    http.send(
                            request(path).method("HEAD", BodyPublishers.noBody()).build(),
                            BodyHandlers.discarding());
            if (answer.statusCode() != 404 && answer.statusCode() / 100 != 2) {
                throw failure(answer.statusCode(), "");
            }
            return answer.statusCode() != 404;
        } catch (IOException e) {
            throw away(e);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /// Sends a file as it is, piece by piece. Takes as long as it goes on.
    ///
    /// @param progress told how many bytes are sent
    /// @throws ApiFailure if the service refuses
    /// @throws CommandFailure if it does not answer, or nothing moves for a minute
    public void upload(String path, Path file, LongConsumer progress) {
        var sent = new AtomicLong();
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(base.resolve(path))
                            .header("Authorization", "Bearer " + token)
                            .header("Content-Type", "application/octet-stream")
                            .PUT(body(file, sent, progress))
                            .build();
            HttpResponse<String> answer =
                    whileMoving(
                            http.sendAsync(request, BodyHandlers.ofString(StandardCharsets.UTF_8)),
                            sent);
            if (answer.statusCode() / 100 != 2) {
                throw failure(answer.statusCode(), answer.body());
            }
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "cannot send \"%s\" to the %s service at %s (%s): look at `slipway status`, then try again"
                            .formatted(file, name, base, e.getMessage()));
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static HttpRequest.BodyPublisher body(Path file, AtomicLong sent, LongConsumer progress)
            throws IOException {
        long size = Files.size(file);
        if (size == 0) {
            return BodyPublishers.noBody();
        }
        return BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> {
                    try {
                        return new CountedStream(Files.newInputStream(file), sent, progress);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }),
                size);
    }

    /// The answer; given up if nothing more is sent and none comes.
    private static <T> T whileMoving(CompletableFuture<T> answer, AtomicLong sent)
            throws IOException, InterruptedException {
        while (true) {
            long before = sent.get();
            try {
                return answer.get(STANDSTILL.toSeconds(), TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                if (sent.get() == before) {
                    answer.cancel(true);
                    throw new IOException("nothing moved for " + STANDSTILL.toSeconds() + " s", e);
                }
            } catch (ExecutionException e) {
                throw e.getCause() instanceof IOException cause
                        ? cause
                        : new IOException(String.valueOf(e.getCause()), e);
            }
        }
    }

    private CommandFailure interrupted() {
        Thread.currentThread().interrupt();
        return CommandFailure.failed(
                "interrupted while waiting for the %s service".formatted(name));
    }

    /// The lines of an endless answer; close the stream to end it.
    public Stream<String> lines(String path, String lastEventId)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(base.resolve(path))
                        .header("Authorization", "Bearer " + token);
        request.header("Accept", "text/event-stream");
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<Stream<String>> answer =
                http.send(request.GET().build(), BodyHandlers.ofLines());
        if (answer.statusCode() != 200) {
            try (Stream<String> body = answer.body()) {
                throw failure(answer.statusCode(), String.join("\n", body.toList()));
            }
        }
        return answer.body();
    }

    private HttpRequest.Builder withBody(String path, Object body) {
        return request(path)
                .header("Content-Type", JSON)
                .POST(BodyPublishers.ofByteArray(Wire.bytes(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path))
                .timeout(ANSWER)
                .header("Authorization", "Bearer " + token);
    }

    private String send(HttpRequest request) {
        try {
            HttpResponse<String> answer =
                    http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (answer.statusCode() / 100 != 2) {
                throw failure(answer.statusCode(), answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw away(e);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private CommandFailure away(IOException e) {
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return CommandFailure.failed(
                "the %s service at %s does not answer (%s): look at `slipway status`, start it with `slipway up`"
                        .formatted(name, base, why));
    }

    private static ApiFailure failure(int status, String body) {
        try {
            JsonNode problem = Wire.mapper().readTree(body);
            if (problem != null && problem.isObject()) {
                return new ApiFailure(status, problem);
            }
        } catch (IOException e) {
            // Not one of our answers: something between us and the service spoke.
        }
        return new ApiFailure(
                status,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("detail", "HTTP status %d, no problem details".formatted(status)));
    }

    private static JsonNode json(String body) {
        try {
            return body.isBlank()
                    ? JsonNodeFactory.instance.objectNode()
                    : Wire.mapper().readTree(body);
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "a service answered with something that is no JSON: is the URL right?");
        }
    }
}
