package dev.slipway.simulator.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.slipway.simulator.host.Sandbox;
import dev.slipway.simulator.host.SimulatorFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/// One registry of images: as much of the OCI Distribution Specification as tells whether an image
/// is there and takes one in. Whoever is not in its htpasswd file is told so by status 401, as the
/// real one does.
final class RegistryServer implements ToldServers.Listener {
    private static final Pattern MANIFEST =
            Pattern.compile("/v2/([a-z0-9._/-]+)/manifests/([A-Za-z0-9._-]+)");

    private final Sandbox host;
    private final Files files;
    private final HttpsServer server;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

    /// Where they are on the host.
    ///
    /// @param users empty: everybody may do everything
    record Files(String storage, String users) {}

    private RegistryServer(Sandbox host, Files files, HttpsServer server) {
        this.host = host;
        this.files = files;
        this.server = server;
    }

    /// @param address `address:port`, on which it listens
    /// @param certificate where it is on the host; likewise `key`
    /// @throws IOException if it cannot listen there
    static RegistryServer open(
            String address, Sandbox host, String certificate, String key, Files files)
            throws IOException {
        byte[] shown = host.run("/bin/cat", certificate).getBytes(UTF_8);
        ApiTls tls = ApiTls.of(shown, host.run("/bin/cat", key), shown);
        int colon = address.lastIndexOf(':');
        var opened =
                new RegistryServer(
                        host,
                        files,
                        HttpsServer.create(
                                new InetSocketAddress(
                                        address.substring(0, colon),
                                        Integer.parseInt(address.substring(colon + 1))),
                                0));
        opened.server.setHttpsConfigurator(new HttpsConfigurator(tls.context()));
        opened.server.setExecutor(opened.workers);
        opened.server.createContext("/", opened::answer);
        opened.server.start();
        return opened;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            int status = isKnown(exchange) ? asked(exchange) : 401;
            if (status == 401) {
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"slipway\"");
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private int asked(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        Matcher manifest = MANIFEST.matcher(path);
        if (path.equals("/v2/")) {
            return 200;
        }
        try {
            return manifest.matches()
                    ? Integer.parseInt(
                            host.run(
                                            "/bin/sh",
                                            "/.simulator/lib/registry.sh",
                                            exchange.getRequestMethod(),
                                            files.storage(),
                                            manifest.group(1),
                                            manifest.group(2))
                                    .strip())
                    : 404;
        } catch (SimulatorFailure | NumberFormatException e) {
            return 500;
        }
    }

    private boolean isKnown(HttpExchange exchange) {
        if (files.users().isEmpty()) {
            return true;
        }
        String[] login =
                Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                        .filter(header -> header.startsWith("Basic "))
                        .map(header -> Base64.getDecoder().decode(header.substring(6)))
                        .map(bytes -> new String(bytes, UTF_8).split(":", 2))
                        .orElse(new String[0]);
        return login.length == 2
                && host.run("/bin/cat", files.users())
                        .lines()
                        .filter(line -> line.startsWith(login[0] + ":"))
                        .anyMatch(line ->
                                OpenBSDBCrypt.checkPassword(
                                        line.substring(login[0].length() + 1),
                                        login[1].toCharArray()));
    }

    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
    }
}
