package dev.slipway.cert.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cert.OpensslAuthority;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Materials;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Certificates are looked at by openssl, as containerd would with its own library.
class RegistryMaterialsTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @TempDir Path folder;

    private OpensslAuthority authority;

    @BeforeEach
    void makeTheClustersAuthority() throws Exception {
        authority = OpensslAuthority.in(folder);
    }

    @Test
    void isAServersCertificateOfItsAddressAndNoOther() throws Exception {
        issue("10.0.0.7");

        assertThat(verify("sslserver", "-verify_ip", "10.0.0.7")).isEqualTo("server.pem: OK\n");
        assertThat(verify("sslserver", "-verify_ip", "10.0.0.8")).doesNotContain("OK");
        assertThat(verify("sslserver", "-verify_hostname", "10.0.0.7.example"))
                .doesNotContain("OK");
        assertThat(openssl("x509", "-in", "server.pem", "-noout", "-pubkey"))
                .as("its own key lies behind it")
                .isEqualTo(openssl("pkey", "-in", "server.pem", "-pubout"));
    }

    @Test
    void mayBeOfAName() throws Exception {
        issue("images.example.org");

        assertThat(verify("sslserver", "-verify_hostname", "images.example.org"))
                .isEqualTo("server.pem: OK\n");
    }

    @Test
    void isNoClientsCertificate() throws Exception {
        issue("10.0.0.7");

        assertThat(verify("sslclient")).doesNotContain("OK");
    }

    @Test
    void livesAsLongAsTheAuthority() {
        assertThat(certificate("10.0.0.7").notAfter()).isEqualTo(now.plus(Duration.ofDays(30)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "registry-server/kubernetes",
                "registry-server/kubernetes.default.svc",
                "registry-server/localhost",
                "registry-server/a/b",
                "registry-users/a",
                "kubelet-client/a"
            })
    void neverTakesTheNameOfTheApiOrAnythingElse(String name) {
        assertThat(Materials.registryServerHost(new MaterialName(name))).isEmpty();
    }

    @Test
    void letsInWhoHasThePassword() {
        String password = "pass:wörd with $igns";

        String line =
                new String(
                        RegistryUsers.line(
                                Base64.getEncoder()
                                        .encode(
                                                ("robot:" + password)
                                                        .getBytes(StandardCharsets.UTF_8)),
                                RANDOM),
                        StandardCharsets.UTF_8);

        assertThat(line).matches("robot:\\$2y\\$10\\$[./A-Za-z0-9]{53}\n");
        String hash = line.strip().substring("robot:".length());
        assertThat(OpenBSDBCrypt.checkPassword(hash, password.toCharArray())).isTrue();
        assertThat(OpenBSDBCrypt.checkPassword(hash, (password + "x").toCharArray())).isFalse();
    }

    private RegistryCertificate certificate(String host) {
        return RegistryCertificate.of(
                OpensslAuthority.opened(Duration.ofDays(7), now.plus(Duration.ofDays(30))),
                host,
                now,
                RANDOM);
    }

    private void issue(String host) throws Exception {
        Files.write(
                folder.resolve("server.pem"), certificate(host).issue(authority.read(), RANDOM));
    }

    private String verify(String purpose, String... more) throws Exception {
        var arguments =
                new ArrayList<>(List.of("verify", "-CAfile", "ca.crt", "-purpose", purpose));
        arguments.addAll(List.of(more));
        arguments.add("server.pem");
        return openssl(arguments.toArray(String[]::new));
    }

    private String openssl(String... arguments) throws Exception {
        return authority.openssl(arguments);
    }
}
