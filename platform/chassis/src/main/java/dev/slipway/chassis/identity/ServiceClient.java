package dev.slipway.chassis.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.chassis.problem.Problem;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.chassis.telemetry.Traceparent;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.outcome.ReasonCode;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// JSON over HTTPS with one other service. Every method fails with a [ProblemFailure]: the one the
/// other service answered with, or UNAVAILABLE (503) where none came within the timeout of 30 s.
/// Nothing is repeated; the caller knows what may be. The answer is delivered on the Vert.x context
/// of the subscriber where there is one.
public final class ServiceClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MOST_BYTES_OF_A_PROBLEM = 64 * 1024;

    private final HttpClient client;
    private final URI base;

    ServiceClient(HttpClient client, URI base) {
        this.client = client;
        this.base = base;
    }

    public <T> Uni<T> get(String path, Class<T> answer) {
        return send("GET", path, null, answer);
    }

    public <T> Uni<T> put(String path, Object body, Class<T> answer) {
        return send("PUT", path, body, answer);
    }

    public <T> Uni<T> post(String path, Object body, Class<T> answer) {
        return send("POST", path, body, answer);
    }

    /// The bytes from byte `from` on, as fast as they are read. The stream fails with an
    /// [IOException] if the other service breaks off, or is silent for too long. Blocks; for
    /// virtual threads.
    public InputStream stream(String path, long from) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(path))
                        .timeout(TIMEOUT)
                        .header("Accept", "application/octet-stream, application/problem+json");
        if (from > 0) {
            request.header("Range", "bytes=%d-".formatted(from));
        }
        Traceparent.current().ifPresent(value -> request.header("traceparent", value));
        try {
            HttpResponse<InputStream> response =
                    client.send(request.GET().build(), BodyHandlers.ofInputStream());
            if (response.statusCode() != (from > 0 ? 206 : 200)) {
                try (InputStream body = response.body()) {
                    throw new ProblemFailure(
                            problem(
                                    response.statusCode(),
                                    response.uri(),
                                    body.readNBytes(MOST_BYTES_OF_A_PROBLEM)));
                }
            }
            return new WatchedStream(response.body(), TIMEOUT);
        } catch (IOException e) {
            throw unreachable("GET", path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable("GET", path, e);
        }
    }

    private <T> Uni<T> send(String method, String path, @Nullable Object body, Class<T> answer) {
        return exchange(method, path, body).map(response -> Wire.read(response.body(), answer));
    }

    private Uni<HttpResponse<byte[]>> exchange(String method, String path, @Nullable Object body) {
        return Uni.createFrom()
                .deferred(() -> {
                    Context context = Vertx.currentContext();
                    Uni<HttpResponse<byte[]>> sent =
                            Uni.createFrom()
                                    .completionStage(
                                            client.sendAsync(
                                                    request(method, path, body),
                                                    BodyHandlers.ofByteArray()));
                    return context == null
                            ? sent
                            : sent.emitOn(task -> context.runOnContext(_ -> task.run()));
                })
                .onFailure(failure -> cause(failure) instanceof IOException)
                .transform(failure -> unreachable(method, path, cause(failure)))
                .invoke(this::requireSuccess);
    }

    private HttpRequest request(String method, String path, @Nullable Object body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(path))
                        .timeout(TIMEOUT)
                        .header("Accept", "application/json, application/problem+json, */*")
                        .method(
                                method,
                                body == null
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofByteArray(Wire.bytes(body)));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        Traceparent.current().ifPresent(value -> request.header("traceparent", value));
        return request.build();
    }

    private void requireSuccess(HttpResponse<byte[]> response) {
        if (response.statusCode() / 100 != 2) {
            throw new ProblemFailure(
                    problem(response.statusCode(), response.uri(), response.body()));
        }
    }

    private static Problem problem(int status, URI uri, byte[] body) {
        try {
            JsonNode json = Wire.mapper().readTree(body);
            if (json.hasNonNull("code")) {
                return Wire.mapper().treeToValue(json, Problem.class);
            }
        } catch (JsonProcessingException e) {
            // Not our problem format: what follows says all there is to say.
        } catch (IOException e) {
            throw new IllegalStateException("reading an array does no I/O", e);
        }
        return Problem.of(
                status >= 500 ? ReasonCode.UNAVAILABLE : ReasonCode.INTERNAL,
                status >= 500 ? 503 : 500,
                "\"%s\" answered with status %d and no problem".formatted(uri, status));
    }

    private ProblemFailure unreachable(String method, String path, Throwable cause) {
        return new ProblemFailure(
                Problem.of(
                        ReasonCode.UNAVAILABLE,
                        503,
                        "cannot %s \"%s\" (%s)".formatted(method, base.resolve(path), cause)),
                cause);
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }
}
