package dev.slipway.cert.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cert.authority.CertificateAuthority;
import dev.slipway.cert.authority.KeyAlgorithm;
import dev.slipway.cert.authority.OpenAuthority;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.TenantId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Looked at by openssl, as the API server would with its own library.
class NodeCertificateTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @TempDir Path folder;

    @BeforeEach
    void makeTheClustersAuthority() throws Exception {
        openssl(
                "genpkey",
                "-algorithm",
                "EC",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-out",
                "ca.key");
        openssl(
                "req",
                "-x509",
                "-new",
                "-key",
                "ca.key",
                "-subj",
                "/CN=kubernetes",
                "-days",
                "30",
                "-out",
                "ca.crt",
                "-addext",
                "keyUsage=critical,digitalSignature,keyCertSign");
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
        return NodeCertificate.of(
                new OpenAuthority(
                        new TenantId("acme"),
                        new ClusterName("demo"),
                        1,
                        "sha256:" + "0".repeat(64),
                        new ContentDigest("0".repeat(64)),
                        "",
                        KeyAlgorithm.ECDSA_P256,
                        leaf,
                        authoritysEnd,
                        "kubeadm:cluster-admins",
                        Optional.empty(),
                        Optional.empty()),
                node,
                now,
                RANDOM);
    }

    private void issue(NodeCertificate certificate) throws Exception {
        var ca =
                CertificateAuthority.read(
                        Files.readAllBytes(folder.resolve("ca.crt")),
                        Files.readAllBytes(folder.resolve("ca.key")));
        Files.write(folder.resolve("client.pem"), certificate.issue(ca, RANDOM));
    }

    private String openssl(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
