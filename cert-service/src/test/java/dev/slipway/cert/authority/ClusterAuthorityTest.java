package dev.slipway.cert.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Materials;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClusterAuthorityTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Duration TEN_YEARS = Duration.ofDays(3650);

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource
    void makesCasThatOpensslAccepts(KeyAlgorithm algorithm) throws Exception {
        Instant now = Instant.now();
        var authority = ClusterAuthority.create(algorithm, TEN_YEARS, now, RANDOM);

        write(authority.files());

        for (String ca : List.of("ca", "etcd/ca", "front-proxy-ca")) {
            assertThat(openssl("verify", "-x509_strict", "-CAfile", ca + ".crt", ca + ".crt"))
                    .as("%s as a strict root, self-signed", ca)
                    .contains("OK");
            assertThat(openssl("x509", "-in", ca + ".crt", "-noout", "-pubkey"))
                    .as("the key of %s belongs to its certificate", ca)
                    .isEqualTo(openssl("pkey", "-in", ca + ".key", "-pubout"));
        }
        assertThat(Files.readString(folder.resolve("sa.pub")))
                .isEqualTo(openssl("pkey", "-in", "sa.key", "-pubout"));
        assertThat(Files.readString(folder.resolve("ca.key")))
                .startsWith("-----BEGIN PRIVATE KEY-----\n");
        assertThat(opensslKeyType("ca.key")).contains(nameOfKeyType(algorithm));
    }

    @Test
    void carriesExactlyTheExtensionsOfKubeadmsOwnCas() throws Exception {
        write(ClusterAuthority.create(KeyAlgorithm.ECDSA_P256, TEN_YEARS, NOW, RANDOM).files());

        String text = openssl("x509", "-in", "etcd/ca.crt", "-noout", "-text");

        assertThat(
                        text.substring(
                                        text.indexOf("X509v3 extensions"),
                                        text.indexOf(
                                                "Signature Alg", text.indexOf("X509v3 extensions")))
                                .lines()
                                .map(String::strip))
                .containsSubsequence(
                        "X509v3 Key Usage: critical",
                        "Digital Signature, Key Encipherment, Certificate Sign",
                        "X509v3 Basic Constraints: critical",
                        "CA:TRUE",
                        "X509v3 Subject Key Identifier:",
                        "X509v3 Subject Alternative Name:",
                        "DNS:etcd-ca")
                .filteredOn(line -> line.startsWith("X509v3 "))
                .hasSize(5);
        assertThat(text).contains("Subject: CN = etcd-ca", "Issuer: CN = etcd-ca");
    }

    @Test
    void namesTheCasAsKubeadmDoesAndBackDatesThemFiveMinutes() {
        var authority = ClusterAuthority.create(KeyAlgorithm.ECDSA_P384, TEN_YEARS, NOW, RANDOM);

        assertThat(List.of(authority.cluster(), authority.etcd(), authority.frontProxy()))
                .extracting(ca -> ca.certificate().getSubjectX500Principal().getName())
                .containsExactly("CN=kubernetes", "CN=etcd-ca", "CN=front-proxy-ca");
        assertThat(authority.cluster().certificate().getNotBefore().toInstant())
                .isEqualTo(NOW.minusSeconds(300));
        assertThat(authority.notAfter()).isEqualTo(NOW.plus(TEN_YEARS));
        assertThat(authority.files().keySet())
                .isEqualTo(
                        new HashSet<>(
                                Materials.AUTHORITY_FILES.stream()
                                        .map(Materials::authority)
                                        .toList()));
    }

    @Test
    void pinsTheClusterCaAsKubeadmComputesIt() throws Exception {
        var authority = ClusterAuthority.create(KeyAlgorithm.RSA_2048, TEN_YEARS, NOW, RANDOM);
        write(authority.files());

        Files.writeString(
                folder.resolve("ca.pub"), openssl("x509", "-in", "ca.crt", "-noout", "-pubkey"));
        openssl("pkey", "-pubin", "-in", "ca.pub", "-outform", "DER", "-out", "ca.der");
        String digest = openssl("dgst", "-sha256", "-r", "ca.der");

        assertThat(authority.pin()).isEqualTo("sha256:" + digest.substring(0, 64));
        assertThat(authority.certificateDigest().value())
                .isEqualTo(openssl("dgst", "-sha256", "-r", "ca.crt").substring(0, 64));
    }

    @ParameterizedTest
    @EnumSource
    void issuesClientCertificatesThatTheCaValidates(KeyAlgorithm algorithm) throws Exception {
        Instant now = Instant.now();
        var ca = CertificateAuthority.create("kubernetes", algorithm, TEN_YEARS, now, RANDOM);
        KeyPair client = KeyAlgorithm.ECDSA_P256.generate(RANDOM);

        X509Certificate leaf =
                ca.issueClient(
                        new ClientSubject("ada, lovelace+x=\"1\"", List.of("slipway:operator")),
                        client.getPublic(),
                        now,
                        now.plusSeconds(3600),
                        RANDOM);

        validate(leaf, ca.certificate());
        write(
                Map.of(
                        Materials.authority("ca.crt"),
                        Pem.of(ca.certificate()),
                        new MaterialName("pki/leaf.crt"),
                        Pem.of(leaf)));
        assertThat(
                        openssl(
                                "verify",
                                "-x509_strict",
                                "-purpose",
                                "sslclient",
                                "-CAfile",
                                "ca.crt",
                                "leaf.crt"))
                .contains("OK");
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(
                        openssl(
                                "x509",
                                "-in",
                                "leaf.crt",
                                "-noout",
                                "-subject",
                                "-nameopt",
                                "multiline"))
                .contains("= slipway:operator", "= ada, lovelace+x=\"1\"");
    }

    @Test
    void neverIssuesBeyondTheCasOwnTime() {
        var ca =
                CertificateAuthority.create(
                        "kubernetes", KeyAlgorithm.ECDSA_P256, Duration.ofMinutes(30), NOW, RANDOM);

        X509Certificate leaf =
                ca.issueClient(
                        new ClientSubject("ada", List.of()),
                        KeyAlgorithm.ECDSA_P256.generate(RANDOM).getPublic(),
                        NOW,
                        NOW.plusSeconds(7200),
                        RANDOM);

        assertThat(leaf.getNotAfter()).isEqualTo(ca.certificate().getNotAfter());
        assertThat(leaf.getNotBefore()).isEqualTo(ca.certificate().getNotBefore());
    }

    @Test
    void drawsPositiveSerialsOfManyBits() {
        Set<BigInteger> serials = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            BigInteger serial =
                    CertificateAuthority.create(
                                    "kubernetes", KeyAlgorithm.ECDSA_P256, TEN_YEARS, NOW, RANDOM)
                            .certificate()
                            .getSerialNumber();
            assertThat(serial.signum()).isPositive();
            assertThat(serial.bitLength()).isBetween(64, 128);
            serials.add(serial);
        }
        assertThat(serials).hasSize(50);
    }

    @Test
    void refusesAKeyOfAnotherPair() {
        var ca =
                CertificateAuthority.create(
                        "kubernetes", KeyAlgorithm.ECDSA_P256, TEN_YEARS, NOW, RANDOM);

        for (KeyAlgorithm other :
                List.of(KeyAlgorithm.ECDSA_P256, KeyAlgorithm.ECDSA_P384, KeyAlgorithm.RSA_2048)) {
            var key = other.generate(RANDOM).getPrivate();
            assertThatThrownBy(() -> new CertificateAuthority(ca.certificate(), key))
                    .hasMessageContaining("CN=kubernetes")
                    .hasMessageContaining("does not belong");
        }
        var pair = KeyAlgorithm.RSA_2048.generate(RANDOM);
        var mixed =
                new KeyPair(KeyAlgorithm.RSA_2048.generate(RANDOM).getPublic(), pair.getPrivate());
        assertThatThrownBy(() -> new ClusterAuthority(ca, ca, ca, mixed))
                .hasMessageContaining("sa");
    }

    @Test
    void refusesUsersThatKubernetesKeepsForItself() {
        for (String user : List.of("", " ", "system:kube-scheduler", "a\nb", "x".repeat(65))) {
            assertThatThrownBy(() -> new ClientSubject(user, List.of()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void readsBackItsOwnPemAndHidesKeysInText() {
        var authority = ClusterAuthority.create(KeyAlgorithm.ECDSA_P256, TEN_YEARS, NOW, RANDOM);
        byte[] key = Objects.requireNonNull(authority.files().get(Materials.authority("ca.key")));
        String body =
                new String(key, StandardCharsets.US_ASCII)
                        .lines()
                        .skip(1)
                        .findFirst()
                        .orElseThrow();

        assertThat(Pem.privateKey(key, "EC")).isEqualTo(authority.cluster().key());
        assertThat(authority.toString() + authority.cluster())
                .contains("sha256:", "CN=kubernetes")
                .doesNotContain(body);
        assertThatThrownBy(() -> Pem.privateKey(key, "RSA")).hasMessageContaining("RSA key");
        assertThatThrownBy(() -> Pem.privateKey(new byte[0], "EC")).hasMessageContaining("PKCS#8");
    }

    private static void validate(X509Certificate leaf, X509Certificate ca) throws Exception {
        var parameters = new PKIXParameters(Set.of(new TrustAnchor(ca, null)));
        parameters.setRevocationEnabled(false);
        CertPathValidator.getInstance("PKIX")
                .validate(
                        CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf)),
                        parameters);
    }

    private static String nameOfKeyType(KeyAlgorithm algorithm) {
        return switch (algorithm) {
            case RSA_2048 -> "(2048 bit";
            case RSA_3072 -> "(3072 bit";
            case RSA_4096 -> "(4096 bit";
            case ECDSA_P256 -> "(256 bit";
            case ECDSA_P384 -> "(384 bit";
        };
    }

    private String opensslKeyType(String key) throws Exception {
        return openssl("pkey", "-in", key, "-noout", "-text_pub");
    }

    private void write(Map<MaterialName, byte[]> files) throws Exception {
        for (var file : files.entrySet()) {
            Path path = folder.resolve(file.getKey().value().substring("pki/".length()));
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
    }

    private String openssl(String... arguments) throws Exception {
        var command = new java.util.ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
        return output;
    }
}
