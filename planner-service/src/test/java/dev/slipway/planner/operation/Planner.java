package dev.slipway.planner.operation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.ConfigProvider;

/// A user of the planner under test, and a cluster name of its own for each test.
final class Planner {
    record Answer(int status, String text) {
        JsonNode json() {
            try {
                return Wire.mapper().readTree(text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static final String CONTROL_PLANE = "10.7.0.1:22";

    final String cluster = "c" + UUID.randomUUID().toString().substring(0, 8);
    private final String tenant;
    private final String authorization;
    private final HttpClient client;

    private Planner(String tenant, String authorization, HttpClient client) {
        this.tenant = tenant;
        this.authorization = authorization;
        this.client = client;
    }

    static Planner user(String tenant, String... roles) {
        return new Planner(
                tenant, "Bearer " + TestTokens.mint(tenant, "ann", roles), TestIdentities.client());
    }

    /// An operator of a tenant of its own.
    static Planner operator() {
        return user("t" + UUID.randomUUID().toString().substring(0, 8), "operator");
    }

    static Planner service(String path) {
        return new Planner("", "", TestIdentities.client(path));
    }

    /// The same user with another cluster.
    Planner elsewhere() {
        return new Planner(tenant, authorization, client);
    }

    String tenant() {
        return tenant;
    }

    static String worker(int number) {
        return "10.7.0.%d:22".formatted(number + 1);
    }

    /// A Clusterfile of one control plane and some workers.
    ///
    /// @param limits lines below `spec.limits`, indented by four
    String clusterfile(int workers, String limits) {
        var text =
                new StringBuilder(
                        """
                        apiVersion: slipway.dev/v1
                        kind: Cluster
                        metadata:
                          name: %s
                        spec:
                          runtime:
                            type: kubeadm
                            version: v1.36.2
                          ssh:
                            credential: fleet
                          hosts:
                            - ips: [10.7.0.1]
                              names: [cp-1]
                              roles: [control-plane]
                        """
                                .formatted(cluster));
        for (int i = 1; i <= workers; i++) {
            text.append(
                    """
                        - ips: [10.7.0.%d]
                          names: [worker-%d]
                          roles: [worker]
                    """
                            .formatted(i + 1, i));
        }
        return limits.isEmpty() ? text.toString() : text + "  limits:\n" + limits;
    }

    Answer apply(String clusterfile) {
        return run(Map.of("operation", "apply", "clusterfile", clusterfile));
    }

    /// The same within a trace of the user's.
    Answer apply(String clusterfile, String traceparent) {
        return send(
                request("/v1/runs")
                        .header("traceparent", traceparent)
                        .header("Content-Type", "application/json")
                        .POST(
                                BodyPublishers.ofByteArray(
                                        Wire.bytes(
                                                Map.of(
                                                        "operation",
                                                        "apply",
                                                        "clusterfile",
                                                        clusterfile)))));
    }

    Answer run(Map<String, Object> request) {
        return post("/v1/runs", request);
    }

    /// Opens a run that is expected to be accepted.
    String opened(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json().path("id").asText();
    }

    Answer command(String run, String command) {
        return post("/v1/runs/%s/%s".formatted(run, command), Map.of());
    }

    JsonNode await(String run, Predicate<JsonNode> wanted) {
        return Awaitility.await("run " + run)
                .atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> get("/v1/runs/" + run).json(), wanted);
    }

    /// The run once it is over.
    JsonNode settled(String run) {
        return await(run, view -> view.path("state").asText().equals("SETTLED"));
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    Answer post(String path, Object body) {
        return send(path, "POST", "application/json", Wire.bytes(body));
    }

    Answer send(String path, String method, String type, byte[] body) {
        return send(
                request(path)
                        .header("Content-Type", type)
                        .method(method, BodyPublishers.ofByteArray(body)));
    }

    /// A content, or a part of it.
    ///
    /// @param range of bytes, or empty
    HttpResponse<byte[]> bytes(String path, String range) {
        var request = request(path).GET();
        return exchange(
                range.isEmpty() ? request : request.header("Range", range),
                BodyHandlers.ofByteArray());
    }

    HttpResponse<Void> head(String path) {
        return exchange(request(path).HEAD(), BodyHandlers.discarding());
    }

    /// Begins to put a content and breaks off before its end.
    void breakOff(String path, byte[] bytes, int announced) throws IOException {
        URI uri = request(path).build().uri();
        try (var socket =
                TestIdentities.sslContext()
                        .getSocketFactory()
                        .createSocket(uri.getHost(), uri.getPort())) {
            socket.getOutputStream()
                    .write(
                            "PUT %s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n"
                                    .formatted(path, authorization, announced)
                                    .getBytes(US_ASCII));
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }
    }

    private HttpRequest.Builder request(String path) {
        var request =
                HttpRequest.newBuilder(
                        URI.create(
                                "https://127.0.0.1:%s%s"
                                        .formatted(
                                                ConfigProvider.getConfig()
                                                        .getValue(
                                                                "quarkus.http.test-ssl-port",
                                                                String.class),
                                                path)));
        return authorization.isEmpty() ? request : request.header("Authorization", authorization);
    }

    private Answer send(HttpRequest.Builder request) {
        var response = exchange(request, BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body());
    }

    private <T> HttpResponse<T> exchange(
            HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
        try {
            return client.send(request.build(), body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
