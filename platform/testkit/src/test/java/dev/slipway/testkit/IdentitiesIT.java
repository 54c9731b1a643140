package dev.slipway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

class IdentitiesIT {

    @Test
    void showsTheServicesSpiffeIdToTheServer() throws Exception {
        try (SSLServerSocket server =
                (SSLServerSocket)
                        TestIdentities.sslContext("cert")
                                .getServerSocketFactory()
                                .createServerSocket(0)) {
            server.setNeedClientAuth(true);
            CompletableFuture<X509Certificate> seen =
                    CompletableFuture.supplyAsync(() -> peer(server));

            try (SSLSocket client =
                    (SSLSocket)
                            TestIdentities.sslContext("executor/default")
                                    .getSocketFactory()
                                    .createSocket("127.0.0.1", server.getLocalPort())) {
                client.startHandshake();
            }

            assertThat(seen.join().getSubjectAlternativeNames())
                    .anySatisfy(name ->
                            assertThat(name.get(1).toString())
                                    .isEqualTo("spiffe://slipway/executor/default"));
        }
    }

    private static X509Certificate peer(SSLServerSocket server) {
        try (SSLSocket socket = (SSLSocket) server.accept()) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
