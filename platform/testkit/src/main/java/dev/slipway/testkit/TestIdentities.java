package dev.slipway.testkit;

import dev.slipway.local.identity.ServiceIdentity;
import dev.slipway.local.identity.TlsFiles;
import dev.slipway.local.identity.TlsMaterial;
import java.net.http.HttpClient;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/// Certificates of services, by the authority that the services under test trust.
public final class TestIdentities {

    private TestIdentities() {}

    /// @param path the path of the SPIFFE id: `planner`, `executor/default`, …
    public static TlsFiles files(String path) {
        String[] parts = path.split("/", 2);
        ServiceIdentity identity =
                parts.length == 2 ? ServiceIdentity.executor(parts[1]) : ServiceIdentity.of(path);
        return TestStack.keys().authority().identity(identity);
    }

    /// Speaks as the service: shows its certificate and trusts the stack's authority.
    public static SSLContext sslContext(String path) {
        return TlsMaterial.service(files(path));
    }

    /// Trusts the stack's authority and shows no certificate, as users' programs do.
    public static SSLContext sslContext() {
        return TlsMaterial.user(files("broker").authority());
    }

    /// An HTTP client that speaks as the service.
    public static HttpClient client(String path) {
        return client(sslContext(path));
    }

    /// An HTTP client of a user; the token goes into the request.
    public static HttpClient client() {
        return client(sslContext());
    }

    private static HttpClient client(SSLContext context) {
        return HttpClient.newBuilder()
                .sslContext(context)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }
}
