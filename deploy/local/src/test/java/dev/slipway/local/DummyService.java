package dev.slipway.local;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.slipway.local.files.PrivateFile;
import dev.slipway.local.identity.TlsFiles;
import dev.slipway.local.identity.TlsMaterial;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/// Stands where a service stands: reads the same settings file and answers the same health question
/// over TLS.
final class DummyService {

    private DummyService() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, String> settings =
                PrivateFile.read(Path.of(System.getProperty("quarkus.config.locations", "")));
        Path authority = Path.of(required(settings, "slipway.tls.ca"));
        TlsFiles tls =
                new TlsFiles(
                        Path.of(required(settings, "slipway.tls.certificate")),
                        Path.of(required(settings, "slipway.tls.key")),
                        Path.of(required(settings, "slipway.tls.bundle")),
                        authority);
        int port = Integer.parseInt(required(settings, "slipway.http.port"));
        HttpsServer server =
                HttpsServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(TlsMaterial.service(tls)));
        server.createContext(
                "/q/health/ready",
                exchange -> {
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        server.start();
    }

    /// A runnable jar of it, as a build would leave one.
    static Path jar(Path file) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, DummyService.class.getName());
        StringBuilder path = new StringBuilder();
        for (String entry :
                System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            path.append(Path.of(entry).toUri()).append(' ');
        }
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, path.toString());
        Files.createDirectories(file.resolveSibling(""));
        new JarOutputStream(Files.newOutputStream(file), manifest).close();
        return file;
    }

    private static String required(Map<String, String> settings, String key) {
        return Objects.requireNonNull(settings.get(key), key);
    }
}
