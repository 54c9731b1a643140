package dev.slipway.cert;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.Wire;
import dev.slipway.testkit.TestIdentities;
import dev.slipway.testkit.TestStack;
import dev.slipway.testkit.TestTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The service's HTTP API as seen by one caller.
public final class CertApi {
    /// @param text the body
    public record Answer(int status, String text, Optional<String> cacheControl) {
        public JsonNode json() {
            try {
                return Wire.mapper().readTree(text);
            } catch (IOException e) {
                throw new UncheckedIOException("no JSON: " + text, e);
            }
        }

        public String code() {
            return json().path("code").asText();
        }

        /// The bytes of every redeemed material.
        public Map<String, byte[]> materials() {
            var materials = new TreeMap<String, byte[]>();
            json().path("materials")
                    .properties()
                    .forEach(e ->
                            materials.put(
                                    e.getKey(), Base64.getDecoder().decode(e.getValue().asText())));
            return materials;
        }
    }

    private final HttpClient client;
    private final Optional<String> token;
    private final String port;

    private CertApi(HttpClient client, Optional<String> token, String port) {
        this.client = client;
        this.token = token;
        this.port = port;
    }

    private CertApi(HttpClient client, Optional<String> token) {
        this(client, token, TestStack.settings("cert").getOrDefault("slipway.http.port", ""));
    }

    /// The same caller at another process of the service.
    public CertApi at(int otherPort) {
        return new CertApi(client, token, Integer.toString(otherPort));
    }

    /// @param path of the SPIFFE id
    public static CertApi service(String path) {
        return new CertApi(TestIdentities.client(path), Optional.empty());
    }

    public static CertApi user(String tenant, String name, String... roles) {
        return new CertApi(
                TestIdentities.client(), Optional.of(TestTokens.mint(tenant, name, roles)));
    }

    public static CertApi nobody() {
        return new CertApi(TestIdentities.client(), Optional.empty());
    }

    public Answer call(String method, String path, String body) {
        return call(method, path, body, Map.of());
    }

    /// @param headers beside those that every request has
    public Answer call(String method, String path, String body, Map<String, String> headers) {
        var request =
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:%s%s".formatted(port, path)))
                        .timeout(Duration.ofSeconds(60))
                        .method(
                                method,
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty() || method.equals("PUT") || method.equals("POST")) {
            request.header("Content-Type", "application/json");
        }
        headers.forEach(request::header);
        token.ifPresent(t -> request.header("Authorization", "Bearer " + t));
        try {
            HttpResponse<String> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(),
                    response.body(),
                    response.headers().firstValue("Cache-Control"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public Answer openAuthority(TestOrder order, Map<String, Object> more) {
        var body = new TreeMap<String, Object>();
        body.put("tenant", order.tenant());
        body.put("generation", order.generation());
        body.put("run", order.run());
        body.put("tokenValidUntil", Instant.now().plusSeconds(3600));
        body.putAll(more);
        return call("PUT", "/v1/clusters/%s/authority".formatted(order.cluster()), json(body));
    }

    public Answer putPassword(String credential, String password, String sudoPassword) {
        return call(
                "PUT",
                "/v1/credentials/" + credential,
                json(
                        Map.of(
                                "ssh",
                                Map.of("kind", "password", "password", password),
                                "sudoPassword",
                                sudoPassword)));
    }

    public Answer redeem(String jws) {
        return call("POST", "/v1/materials/redemptions", json(Map.of("order", jws)));
    }

    /// @param files by material
    public Answer deposit(String jws, Map<String, byte[]> files) {
        var encoded = new TreeMap<String, String>();
        files.forEach(
                (name, bytes) -> encoded.put(name, Base64.getEncoder().encodeToString(bytes)));
        return call("POST", "/v1/materials/deposits", json(Map.of("order", jws, "files", encoded)));
    }

    public static String json(Object value) {
        return new String(Wire.bytes(value), java.nio.charset.StandardCharsets.UTF_8);
    }
}
