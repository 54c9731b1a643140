package dev.slipway.executor.task;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/// The certificate service's redemption route, over real mutual TLS, with materials that tests give
/// it.
public final class CertificateStandIn implements QuarkusTestResourceLifecycleManager {
    private static final Map<String, byte[]> MATERIALS = new ConcurrentHashMap<>();
    private static volatile boolean away;

    private HttpsServer server;

    public CertificateStandIn() {
        try {
            server =
                    HttpsServer.create(
                            new InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void give(MaterialName name, byte[] value) {
        MATERIALS.put(name.value(), value.clone());
    }

    static void away(boolean now) {
        away = now;
    }

    @Override
    public Map<String, String> start() {
        server.setHttpsConfigurator(
                new HttpsConfigurator(TestIdentities.sslContext("cert")) {
                    @Override
                    public void configure(com.sun.net.httpserver.HttpsParameters parameters) {
                        var tls = getSSLContext().getDefaultSSLParameters();
                        tls.setNeedClientAuth(true);
                        parameters.setSSLParameters(tls);
                    }
                });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/v1/materials/redemptions",
                exchange -> {
                    try (exchange) {
                        String order =
                                Wire.mapper()
                                        .readTree(exchange.getRequestBody())
                                        .path("order")
                                        .asText();
                        boolean signed = order.chars().filter(c -> c == '.').count() == 2;
                        byte[] answer =
                                away
                                        ? "away".getBytes(UTF_8)
                                        : Wire.bytes(Map.of("materials", encoded()));
                        exchange.getResponseHeaders().add("Content-Type", "application/json");
                        exchange.sendResponseHeaders(away || !signed ? 503 : 200, answer.length);
                        exchange.getResponseBody().write(answer);
                    }
                });
        server.start();
        return Map.of(
                "slipway.cert-service.url", "https://127.0.0.1:" + server.getAddress().getPort());
    }

    private static Map<String, String> encoded() {
        Map<String, String> encoded = new TreeMap<>();
        MATERIALS.forEach(
                (name, value) -> encoded.put(name, Base64.getEncoder().encodeToString(value)));
        return encoded;
    }

    @Override
    public void stop() {
        server.stop(0);
    }
}
