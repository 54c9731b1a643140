package dev.slipway.executor.task;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/// The certificate service's redemption and health routes, over real mutual TLS, with materials
/// that tests give it. It can go away and come back under its address, and it can fall silent.
public final class CertificateStandIn implements QuarkusTestResourceLifecycleManager {
    private static final Map<String, byte[]> MATERIALS = new ConcurrentHashMap<>();
    private static final List<String> TRACES = new CopyOnWriteArrayList<>();
    private static volatile boolean failing;
    private static volatile CountDownLatch speaking = new CountDownLatch(0);
    private static volatile Optional<HttpsServer> serving = Optional.empty();
    private static volatile int port;

    static void give(MaterialName name, byte[] value) {
        MATERIALS.put(name.value(), value.clone());
    }

    /// The traces in which it was asked.
    static List<String> traces() {
        return List.copyOf(TRACES);
    }

    /// From now on every answer is a failure, or none is.
    static void fail(boolean now) {
        failing = now;
    }

    /// From now on requests are taken and not answered, until [#speak()].
    static void fallSilent() {
        speaking = new CountDownLatch(1);
    }

    static void speak() {
        speaking.countDown();
    }

    /// Nobody listens at its address any more, until [#comeBack()].
    static void goAway() {
        serving.ifPresent(server -> server.stop(0));
        serving = Optional.empty();
    }

    static void comeBack() {
        serving = Optional.of(serve());
    }

    private static HttpsServer serve() {
        HttpsServer server;
        try {
            server =
                    HttpsServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        port = server.getAddress().getPort();
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
                    TRACES.add(
                            String.valueOf(exchange.getRequestHeaders().getFirst("traceparent")));
                    String order =
                            Wire.mapper()
                                    .readTree(exchange.getRequestBody())
                                    .path("order")
                                    .asText();
                    boolean signed = order.chars().filter(c -> c == '.').count() == 2;
                    answer(exchange, signed, Wire.bytes(Map.of("materials", encoded())));
                });
        server.createContext(
                "/q/health/ready",
                exchange -> answer(exchange, true, "{\"status\":\"UP\"}".getBytes(UTF_8)));
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, boolean acceptable, byte[] answer)
            throws IOException {
        try (exchange) {
            speaking.await();
            boolean fails = failing || !acceptable;
            byte[] body = fails ? "away".getBytes(UTF_8) : answer;
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(fails ? 503 : 200, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Map<String, String> start() {
        comeBack();
        return Map.of("slipway.cert-service.url", "https://127.0.0.1:" + port);
    }

    private static Map<String, String> encoded() {
        Map<String, String> encoded = new TreeMap<>();
        MATERIALS.forEach(
                (name, value) -> encoded.put(name, Base64.getEncoder().encodeToString(value)));
        return encoded;
    }

    @Override
    public void stop() {
        speak();
        goAway();
    }
}
