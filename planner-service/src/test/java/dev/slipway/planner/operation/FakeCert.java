package dev.slipway.planner.operation;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.slipway.contracts.Wire;
import dev.slipway.testkit.TestIdentities;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.eclipse.microprofile.config.ConfigProvider;

/// Answers the authority route as the certificate service would, over TLS with client certificates.
final class FakeCert implements AutoCloseable {
    static final String PIN = "sha256:" + "ab".repeat(32);

    private final HttpsServer server;
    private final List<JsonNode> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<String> traceparents = new CopyOnWriteArrayList<>();
    private final AtomicInteger unavailable = new AtomicInteger();

    private FakeCert(HttpsServer server) {
        this.server = server;
    }

    static FakeCert start() {
        URI url = ConfigProvider.getConfig().getValue("slipway.cert-service.url", URI.class);
        try {
            var server =
                    HttpsServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), url.getPort()),
                            0);
            SSLContext context = TestIdentities.sslContext("cert");
            server.setHttpsConfigurator(
                    new HttpsConfigurator(context) {
                        @Override
                        public void configure(HttpsParameters parameters) {
                            SSLParameters ssl = context.getDefaultSSLParameters();
                            ssl.setNeedClientAuth(true);
                            parameters.setSSLParameters(ssl);
                        }
                    });
            var fake = new FakeCert(server);
            server.createContext("/v1/clusters/", fake::answer);
            server.start();
            return fake;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next requests are answered with 503.
    void beUnavailable(int times) {
        unavailable.set(times);
    }

    /// The traces in which something was asked.
    List<String> traceparents() {
        return List.copyOf(traceparents);
    }

    /// What was asked for the tenant.
    List<JsonNode> requests(String tenant) {
        synchronized (requests) {
            return requests.stream().filter(r -> r.path("tenant").asText().equals(tenant)).toList();
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = Wire.mapper().readTree(exchange.getRequestBody());
            if (unavailable.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            requests.add(request);
            traceparents.add(String.valueOf(exchange.getRequestHeaders().getFirst("traceparent")));
            byte[] body =
                    Wire.bytes(
                            Map.of(
                                    "pin",
                                    PIN,
                                    "caDigest",
                                    "cd".repeat(32),
                                    "materials",
                                    List.of("pki/ca.crt"),
                                    "tokenId",
                                    "abcdef",
                                    "notAfter",
                                    "2036-01-01T00:00:00Z"));
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
