package dev.slipway.status;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.Wire;
import dev.slipway.testkit.TestIdentities;
import dev.slipway.testkit.TestTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/// A user of the service: a token and the HTTPS routes.
public final class StatusApi {
    private final HttpClient client = TestIdentities.client();
    private final URI base;
    private final @Nullable String token;

    private StatusApi(URI base, @Nullable String token) {
        this.base = base;
        this.token = token;
    }

    public static StatusApi viewer(String tenant) {
        return at(port(), TestTokens.mint(tenant, "vera", "viewer"));
    }

    public static StatusApi nobody() {
        return at(port(), null);
    }

    public static StatusApi at(int port, @Nullable String token) {
        return new StatusApi(URI.create("https://localhost:" + port), token);
    }

    /// An answer.
    public record Answer(int status, JsonNode body) {
        public String code() {
            return body.path("code").asText();
        }
    }

    public Answer get(String path) {
        HttpResponse<byte[]> response = send(request(path).build(), BodyHandlers.ofByteArray());
        byte[] body = response.body();
        return new Answer(
                response.statusCode(),
                body.length == 0 ? Wire.mapper().nullNode() : Wire.read(body, JsonNode.class));
    }

    /// A request that can be made more of.
    public HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(30));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body) {
        try {
            return client.send(request, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /// Whether something answers there at all.
    public boolean isUp() {
        try {
            return get("/q/health/ready").status() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private static int port() {
        return ConfigProvider.getConfig().getValue("slipway.http.port", Integer.class);
    }
}
