package dev.slipway.local.part;

import dev.slipway.local.files.PrivateFile;
import dev.slipway.local.identity.TlsMaterial;
import dev.slipway.local.process.ProcessStamp;
import dev.slipway.local.settings.ServiceSettings;
import dev.slipway.local.settings.Wiring;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One of the four services; it is ready when it says so under `/q/health/ready`, and live as long
/// as it answers under `/q/health/live`: an executor is not ready while the certificate service is
/// away.
final class ServiceProgram extends JavaProgram {

    private static final Duration HEALTH_LIMIT = Duration.ofSeconds(3);

    private final String service;
    private final Path jar;
    private final Wiring wiring;
    private final HttpClient client;
    private final URI base;

    ServiceProgram(Launch launch, String service, Path jar, Wiring wiring) {
        super(launch);
        this.service = service;
        this.jar = jar;
        this.wiring = wiring;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(HEALTH_LIMIT)
                        .sslContext(TlsMaterial.user(authority()))
                        .build();
        this.base = URI.create("https://127.0.0.1:" + wiring.ports().get(service));
    }

    @Override
    public void prepare() {
        super.prepare();
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(
                    "\"" + jar + "\" is not there: build it with ./mvnw package -DskipTests");
        }
        if (encrypts()) {
            CryptoCompiler.prepare(workingDirectory());
        }
        PrivateFile.write(settingsFile(), ServiceSettings.of(service, wiring));
    }

    @Override
    List<String> arguments() {
        List<String> arguments =
                new ArrayList<>(
                        encrypts()
                                ? CryptoCompiler.flags(workingDirectory())
                                : List.of(QUICK_COMPILER));
        arguments.addAll(
                List.of(
                        "-Xmx256m",
                        "-Dquarkus.config.locations=" + settingsFile(),
                        "-jar",
                        jar.toString()));
        return List.copyOf(arguments);
    }

    /// Whether it makes keys, or encrypts what it sends to hosts.
    private boolean encrypts() {
        return service.startsWith("executor") || service.equals("cert");
    }

    @Override
    public boolean ready(ProcessStamp process) {
        return answers("/q/health/ready");
    }

    @Override
    public boolean live(ProcessStamp process) {
        return answers("/q/health/live");
    }

    private boolean answers(String path) {
        HttpRequest request =
                HttpRequest.newBuilder(base.resolve(path)).timeout(HEALTH_LIMIT).build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Path authority() {
        return wiring.keys().authority().identity(ServiceSettings.identity(service)).authority();
    }

    private Path settingsFile() {
        return wiring.home().resolve(service).resolve("application.properties");
    }
}
