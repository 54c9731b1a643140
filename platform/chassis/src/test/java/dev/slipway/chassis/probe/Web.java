package dev.slipway.chassis.probe;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.Wire;
import dev.slipway.testkit.TestIdentities;
import dev.slipway.testkit.TestTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.eclipse.microprofile.config.ConfigProvider;

/// Requests to the service under test, as a user or as another service.
public final class Web {
    public record Answer(int status, String type, String text, HttpResponse<String> whole) {
        public JsonNode json() {
            try {
                return Wire.mapper().readTree(text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private final HttpClient client;
    private final String authorization;

    private Web(HttpClient client, String authorization) {
        this.client = client;
        this.authorization = authorization;
    }

    public static Web user(String tenant, String name, String... roles) {
        return token(TestTokens.mint(tenant, name, roles));
    }

    public static Web token(String token) {
        return new Web(TestIdentities.client(), "Bearer " + token);
    }

    public static Web service(String path) {
        return new Web(TestIdentities.client(path), "");
    }

    public static Web serviceWithToken(String path, String token) {
        return new Web(TestIdentities.client(path), "Bearer " + token);
    }

    public static Web stranger() {
        return new Web(TestIdentities.client(), "");
    }

    public Answer get(String path) {
        return send(request(path).GET().build());
    }

    public Answer delete(String path) {
        return send(request(path).DELETE().build());
    }

    public Answer post(String path, String type, String body) {
        return send(
                request(path)
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofString(body))
                        .build());
    }

    public static URI base() {
        return URI.create(
                "https://127.0.0.1:"
                        + ConfigProvider.getConfig()
                                .getValue("quarkus.http.test-ssl-port", String.class));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base().resolve(path));
        return authorization.isEmpty() ? request : request.header("Authorization", authorization);
    }

    private Answer send(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse(""),
                    response.body(),
                    response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
