package dev.slipway.local.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.order.OrderKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalAuthorityTest {

    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    @TempDir Path folder;

    @Test
    void namesTheServiceInTheCertificate() throws GeneralSecurityException {
        X509Certificate certificate =
                Pem.certificate(
                        at(NOW).identity(ServiceIdentity.executor("default")).certificate());

        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=executor");
        assertThat(
                        certificate.getSubjectAlternativeNames().stream()
                                .map(name -> name.get(1).toString()))
                .containsExactly("spiffe://slipway/executor/default", "localhost", "127.0.0.1");
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    }

    @Test
    void theCertificateIsTheAuthoritysAndFitsItsKey() throws GeneralSecurityException, IOException {
        LocalAuthority authority = at(NOW);
        TlsFiles files = authority.identity(ServiceIdentity.of("planner"));
        X509Certificate certificate = Pem.certificate(files.certificate());

        certificate.verify(Pem.certificate(files.authority()).getPublicKey());
        PrivateKey key = Pem.privateKey(files.key(), "EC");
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(new byte[] {1});
        byte[] signed = signature.sign();
        signature.initVerify(certificate);
        signature.update(new byte[] {1});
        assertThat(signature.verify(signed)).isTrue();
        assertThat(Files.readString(files.bundle()))
                .contains("BEGIN PRIVATE KEY", "BEGIN CERTIFICATE");
    }

    @Test
    void keepsWhatIsGood() throws IOException {
        String first = Files.readString(at(NOW).identity(ServiceIdentity.of("cert")).bundle());

        String second =
                Files.readString(
                        at(NOW.plus(Duration.ofDays(300)))
                                .identity(ServiceIdentity.of("cert"))
                                .bundle());

        assertThat(second).isEqualTo(first);
    }

    @Test
    void renewsWhatEndsWithinThirtyDays() throws IOException {
        String first = Files.readString(at(NOW).identity(ServiceIdentity.of("cert")).bundle());

        TlsFiles renewed = at(NOW.plus(Duration.ofDays(336))).identity(ServiceIdentity.of("cert"));

        assertThat(Files.readString(renewed.bundle())).isNotEqualTo(first);
        assertThat(Pem.certificate(renewed.certificate()).getNotAfter())
                .isAfter(java.util.Date.from(NOW.plus(Duration.ofDays(700))));
    }

    @Test
    void replacesACertificateOfAnEarlierAuthority() throws IOException, GeneralSecurityException {
        at(NOW).identity(ServiceIdentity.of("status"));
        Files.delete(folder.resolve("ca.key"));

        LocalAuthority next = at(NOW);
        TlsFiles files = next.identity(ServiceIdentity.of("status"));

        Pem.certificate(files.certificate()).verify(next.certificate().getPublicKey());
    }

    @Test
    void showsNoFileToOthers() throws IOException {
        at(NOW).identity(ServiceIdentity.of("planner"));
        OrderSigningKey.in(folder);
        TokenIssuer.in(folder, Clock.systemUTC());

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files)
                    .hasSize(9)
                    .allSatisfy(file ->
                            assertThat(
                                            PosixFilePermissions.toString(
                                                    Files.getPosixFilePermissions(file)))
                                    .isEqualTo("rw-------"));
        }
    }

    @Test
    void theOrderKeyIsOneTheContractsRead() throws IOException, GeneralSecurityException {
        OrderSigningKey files = OrderSigningKey.in(folder);

        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(OrderKeys.privateKey(Files.readString(files.signing())));
        byte[] signed = signature.sign();
        signature.initVerify(OrderKeys.publicKey(Files.readString(files.verifying())));
        assertThat(signature.verify(signed)).isTrue();
    }

    private LocalAuthority at(Instant time) {
        return LocalAuthority.in(folder, Clock.fixed(time, ZoneOffset.UTC));
    }
}
