package dev.slipway.cert.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cert.OpensslAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Looked at by openssl, as the API server would with its own library.
class NodeCertificateTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @TempDir Path folder;

    private OpensslAuthority authority;

    @BeforeEach
    void makeTheClustersAuthority() throws Exception {
        authority = OpensslAuthority.in(folder);
    }

    @Test
    void isWhatTheNodeAuthorizerKnowsANodeBy() throws Exception {
        issue(certificate("worker-1", Duration.ofDays(7), now.plus(Duration.ofDays(30))));

        assertThat(openssl("verify", "-CAfile", "ca.crt", "-purpose", "sslclient", "client.pem"))
                .isEqualTo("client.pem: OK\n");
        assertThat(
                        openssl(
                                "x509",
                                "-in",
                                "client.pem",
                                "-noout",
                                "-subject",
                                "-nameopt",
                                "RFC2253"))
                .isEqualTo("subject=CN=system:node:worker-1,O=system:nodes\n");
        assertThat(openssl("x509", "-in", "client.pem", "-noout", "-pubkey"))
                .as("its own key lies behind it")
                .isEqualTo(openssl("pkey", "-in", "client.pem", "-pubout"));
        assertThat(Files.readString(folder.resolve("client.pem")).lines())
                .filteredOn(line -> line.startsWith("-----BEGIN"))
                .containsExactly("-----BEGIN CERTIFICATE-----", "-----BEGIN PRIVATE KEY-----");
    }

    @Test
    void isNoServersCertificate() throws Exception {
        issue(certificate("worker-1", Duration.ofDays(7), now.plus(Duration.ofDays(30))));

        assertThat(openssl("verify", "-CAfile", "ca.crt", "-purpose", "sslserver", "client.pem"))
                .doesNotContain("OK");
    }

    @Test
    void livesAsLongAsLeavesMayAndNoLongerThanTheAuthority() {
        assertThat(certificate("a", Duration.ofDays(7), now.plus(Duration.ofDays(30))).notAfter())
                .isEqualTo(now.plus(Duration.ofDays(7)));
        assertThat(certificate("a", Duration.ofDays(7), now.plus(Duration.ofDays(2))).notAfter())
                .isEqualTo(now.plus(Duration.ofDays(2)));
    }

    private NodeCertificate certificate(String node, Duration leaf, Instant authoritysEnd) {
        return NodeCertificate.of(OpensslAuthority.opened(leaf, authoritysEnd), node, now, RANDOM);
    }

    private void issue(NodeCertificate certificate) throws Exception {
        Files.write(folder.resolve("client.pem"), certificate.issue(authority.read(), RANDOM));
    }

    private String openssl(String... arguments) throws Exception {
        return authority.openssl(arguments);
    }
}
