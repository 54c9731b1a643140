package dev.slipway.simulator.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.slipway.simulator.host.Sandbox;
import dev.slipway.simulator.host.SimulatorFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// One API server. Who shows no certificate of the cluster's CA is told so by status 401, as the
/// real one does; what others may is up to `api.sh`.
final class ApiServer implements AutoCloseable {
    private static final String PROGRAM = "/.simulator/lib/api.sh";

    private final String address;
    private final Path certificateFile;
    private final byte[] certificate;
    private final ApiTls tls;
    private final Sandbox host;
    private final HttpsServer server;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

    private ApiServer(
            String address, Path certificateFile, byte[] certificate, ApiTls tls, Sandbox host)
            throws IOException {
        this.address = address;
        this.certificateFile = certificateFile;
        this.certificate = certificate;
        this.tls = tls;
        this.host = host;
        // All hosts share the machine's network: on a port of its own every other host would find
        // one that is in use.
        String own = address.substring(0, address.lastIndexOf(':')).replaceAll("[\\[\\]]", "");
        this.server = HttpsServer.create(new InetSocketAddress(own, 0), 0);
    }

    /// The machine's port that it listens on.
    int port() {
        return server.getAddress().getPort();
    }

    /// @param address `address:port`
    /// @param certificateFile what it serves; another content is another server
    /// @param keyPath where the key of it lies on the host
    /// @param authority the cluster CA's certificate in PEM
    /// @throws IOException if it cannot listen there
    static ApiServer open(
            String address, Path certificateFile, String keyPath, byte[] authority, Sandbox host)
            throws IOException {
        byte[] certificate = Files.readAllBytes(certificateFile);
        String key = host.run("/bin/cat", keyPath);
        var opened =
                new ApiServer(
                        address,
                        certificateFile,
                        certificate,
                        ApiTls.of(certificate, key, authority),
                        host);
        opened.listen();
        return opened;
    }

    private void listen() {
        server.setHttpsConfigurator(
                new HttpsConfigurator(tls.context()) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        var wanted = getSSLContext().getDefaultSSLParameters();
                        wanted.setWantClientAuth(true);
                        parameters.setSSLParameters(wanted);
                    }
                });
        server.setExecutor(workers);
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            Optional<ApiTls.Client> client = tls.client(((HttpsExchange) exchange).getSSLSession());
            Answer answer =
                    client.isPresent() ? asked(exchange, client.get()) : Answer.unauthorized();
            byte[] body = answer.json().getBytes(UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private record Answer(int status, String json) {
        static Answer failure(int status, String reason, String message) {
            return new Answer(
                    status,
                    "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\"%s\",\"reason\":\"%s\",\"code\":%d}"
                            .formatted(message, reason, status));
        }

        static Answer unauthorized() {
            return failure(401, "Unauthorized", "Unauthorized");
        }
    }

    private Answer asked(HttpExchange exchange, ApiTls.Client client) {
        try {
            String printed =
                    host.run(
                            "/bin/sh",
                            PROGRAM,
                            address,
                            exchange.getRequestMethod().toLowerCase(Locale.ROOT),
                            exchange.getRequestURI().getPath(),
                            client.user(),
                            String.join("\n", client.groups()));
            int line = printed.indexOf('\n');
            return new Answer(
                    Integer.parseInt(printed.substring(0, line)), printed.substring(line + 1));
        } catch (SimulatorFailure | NumberFormatException | StringIndexOutOfBoundsException e) {
            return Answer.failure(500, "InternalError", "an error on the server");
        }
    }

    /// Whether it serves what its host has now.
    boolean isCurrent() {
        try {
            return host.on() && Arrays.equals(certificate, Files.readAllBytes(certificateFile));
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
    }
}
