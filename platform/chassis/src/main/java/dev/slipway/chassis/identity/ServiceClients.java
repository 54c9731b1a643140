package dev.slipway.chassis.identity;

import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Connections to other services, with this service's own certificate. The server must show a
/// certificate of the suite's authority for the name or address that was dialled (RFC 9110 §4.3.4);
/// the JDK's client checks that by itself.
@ApplicationScoped
public class ServiceClients {
    /// The TLS configuration of the Quarkus registry, for REST clients and others that take a name
    /// (`quarkus.rest-client."x".tls-configuration-name`).
    public static final String TLS = "slipway-client";

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final TlsConfigurationRegistry registry;
    private volatile @Nullable HttpClient client;

    @Inject
    ServiceClients(TlsConfigurationRegistry registry) {
        this.registry = registry;
    }

    /// The one client of this process, HTTP/1.1, connect timeout 5 s; requests set their own.
    public HttpClient httpClient() {
        HttpClient ready = client;
        if (ready == null) {
            synchronized (this) {
                ready = client;
                if (ready == null) {
                    ready = open();
                    client = ready;
                }
            }
        }
        return ready;
    }

    /// JSON requests to the service at `base`.
    ///
    /// @param base `https://host:port`
    public ServiceClient at(URI base) {
        return new ServiceClient(httpClient(), base);
    }

    private HttpClient open() {
        TlsConfiguration tls =
                registry.get(TLS)
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "no TLS configuration \"%s\": set slipway.tls.*"
                                                .formatted(TLS)));
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .sslContext(context(tls))
                .build();
    }

    private static SSLContext context(TlsConfiguration tls) {
        try {
            return tls.createSSLContext();
        } catch (Exception e) { // what createSSLContext declares
            throw new IllegalStateException(
                    "cannot use the service's certificate: check slipway.tls.certificate, .key and .ca",
                    e);
        }
    }

    @PreDestroy
    void close() {
        HttpClient open = client;
        if (open != null) {
            open.shutdownNow();
        }
    }
}
