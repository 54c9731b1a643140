package dev.slipway.cli.api;

import dev.slipway.cli.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// The three services a user talks to.
public record Services(ApiClient planner, ApiClient cert, ApiClient status) {
    /// Includes the TLS handshake, in which a service on a busy machine is slow: as long as a user
    /// would wait. One that is not there refuses at once.
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);

    public static Services of(Settings settings) {
        HttpClient http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_LIMIT)
                        .sslContext(trusting(settings))
                        .build();
        return new Services(
                new ApiClient("planner", settings.planner(), settings.token(), http),
                new ApiClient("cert", settings.cert(), settings.token(), http),
                new ApiClient("status", settings.status(), settings.token(), http));
    }

    private static SSLContext trusting(Settings settings) {
        try (InputStream pem = Files.newInputStream(settings.ca())) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (Certificate c :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("ca-" + number++, c);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw CommandFailure.failed(
                    "cannot read the CA certificate %s (%s): check \"ca\" in the configuration"
                            .formatted(settings.ca(), e.getMessage()));
        }
    }
}
