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
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// One API server. Who shows no certificate of the cluster's CA is told so by status 401, as the
/// real one does; what others may is up to `api.sh`.
final class ApiServer implements ToldServers.Listener {
    private static final String PROGRAM = "/.simulator/lib/api.sh";
    private static final Duration LOOK = Duration.ofMillis(500);

    private final String address;
    private final Path certificateFile;
    private final byte[] certificate;
    private final ApiTls tls;
    private final Sandbox host;
    private final HttpsServer server;
    private final Listings watched = new Listings();
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

    private ApiServer(
            String address,
            int port,
            Path certificateFile,
            byte[] certificate,
            ApiTls tls,
            Sandbox host)
            throws IOException {
        this.address = address;
        this.certificateFile = certificateFile;
        this.certificate = certificate;
        this.tls = tls;
        this.host = host;
        String own = address.substring(0, address.lastIndexOf(':')).replaceAll("[\\[\\]]", "");
        this.server = HttpsServer.create(new InetSocketAddress(own, port), 0);
    }

    /// The machine's port that it listens on.
    int port() {
        return server.getAddress().getPort();
    }

    /// @param address `address:port`
    /// @param port the machine's, to listen on; 0: any that is free
    /// @param certificateFile what it serves; another content is another server
    /// @param keyPath where the key of it lies on the host
    /// @param authority the cluster CA's certificate in PEM
    /// @throws IOException if it cannot listen there
    static ApiServer open(
            String address,
            int port,
            Path certificateFile,
            String keyPath,
            byte[] authority,
            Sandbox host)
            throws IOException {
        byte[] certificate = Files.readAllBytes(certificateFile);
        String key = host.run("/bin/cat", keyPath);
        var opened =
                new ApiServer(
                        address,
                        port,
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
            byte[] body = exchange.getRequestBody().readAllBytes();
            Optional<ApiTls.Client> client = tls.client(((HttpsExchange) exchange).getSSLSession());
            if (client.isEmpty()) {
                send(exchange, Answer.unauthorized());
                return;
            }
            var request = ApiRequest.of(exchange, client.get(), body);
            Answer answer = ask(request);
            if (request.isWatch() && answer.status() == 200) {
                watch(exchange, request, answer);
            } else {
                watched.remember(answer);
                send(exchange, answer);
            }
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.json().getBytes(UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
    }

    /// Tells what changes since the list that the client has seen, until it goes or its time is
    /// over.
    private void watch(HttpExchange exchange, ApiRequest request, Answer now) throws IOException {
        Optional<Listing> seen = watched.since(request.version());
        if (seen.isEmpty()) {
            send(
                    exchange,
                    Answer.failure(
                            410, "Expired", "too old resource version: " + request.version()));
            return;
        }
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        Instant end = Instant.now().plus(request.patience());
        Listing before = seen.get();
        Answer answer = now;
        while (answer.status() == 200) {
            Listing after = Listing.of(answer);
            for (String event : after.since(before)) {
                exchange.getResponseBody().write((event + "\n").getBytes(UTF_8));
            }
            exchange.getResponseBody().flush();
            before = after;
            if (Instant.now().isAfter(end) || !pause()) {
                return;
            }
            answer = ask(request);
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(LOOK);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Answer ask(ApiRequest request) {
        try {
            String printed =
                    host.feed(
                            request.flatBody(),
                            "/bin/sh",
                            PROGRAM,
                            address,
                            request.method(),
                            request.path(),
                            request.client().user(),
                            String.join("\n", request.client().groups()),
                            request.fields());
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
