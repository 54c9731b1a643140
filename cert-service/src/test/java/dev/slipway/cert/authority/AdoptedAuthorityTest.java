package dev.slipway.cert.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Materials;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdoptedAuthorityTest {
    private static final Instant NOW = Instant.parse("2027-01-02T03:04:05Z");
    private static final SecureRandom RANDOM = new SecureRandom();

    /// Files as kubeadm leaves them: keys in the traditional forms (PKCS#1, SEC1).
    private static Map<MaterialName, byte[]> files(KeyAlgorithm algorithm) throws IOException {
        var authority = ClusterAuthority.create(algorithm, Duration.ofDays(3650), NOW, RANDOM);
        var files = new HashMap<>(authority.files());
        files.put(Materials.authority("ca.key"), traditional(authority.cluster().key()));
        files.put(Materials.authority("etcd/ca.key"), traditional(authority.etcd().key()));
        files.put(
                Materials.authority("front-proxy-ca.key"),
                traditional(authority.frontProxy().key()));
        files.put(
                Materials.authority("sa.key"),
                traditional(authority.serviceAccounts().getPrivate()));
        return files;
    }

    private static byte[] traditional(PrivateKey key) throws IOException {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(key instanceof ECPrivateKey ec ? sec1(ec) : key);
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /// With its curve in it, as Go's x509 writes it.
    private static PemObject sec1(ECPrivateKey key) throws IOException {
        var encoded =
                new org.bouncycastle.asn1.sec.ECPrivateKey(
                        256, key.getS(), SECObjectIdentifiers.secp256r1);
        return new PemObject("EC PRIVATE KEY", encoded.getEncoded());
    }

    private static byte[] file(Map<MaterialName, byte[]> files, String name) {
        return Objects.requireNonNull(files.get(Materials.authority(name)));
    }

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "ECDSA_P256"})
    void keepsCertificatesAsTheyAreAndKeysInFormsOfItsOwn(KeyAlgorithm algorithm) throws Exception {
        var found = files(algorithm);
        byte[] commented =
                ("a comment\n" + new String(file(found, "ca.crt"), StandardCharsets.US_ASCII))
                        .getBytes(StandardCharsets.US_ASCII);
        found.put(Materials.authority("ca.crt"), commented);
        assertThat(new String(file(found, "ca.key"), StandardCharsets.US_ASCII))
                .matches("(?s)-----BEGIN (RSA|EC) PRIVATE KEY.*");

        var adopted = AdoptedAuthority.read(found, NOW);

        assertThat(adopted.certificateDigest()).isEqualTo(ContentDigest.ofBytes(commented));
        assertThat(file(adopted.files(), "ca.crt")).isEqualTo(commented);
        assertThat(new String(file(adopted.files(), "sa.key"), StandardCharsets.US_ASCII))
                .startsWith("-----BEGIN PRIVATE KEY-----");
        var signer =
                CertificateAuthority.read(
                        file(adopted.files(), "ca.crt"), file(adopted.files(), "ca.key"));
        assertThat(signer.certificate().getPublicKey().getAlgorithm())
                .isEqualTo(algorithm == KeyAlgorithm.RSA_2048 ? "RSA" : "EC");
        assertThat(adopted.toString()).contains("sha256:").doesNotContain("PRIVATE");
    }

    @Test
    void takesTheCurvesParametersBeforeAKey() throws Exception {
        var found = files(KeyAlgorithm.ECDSA_P256);
        String parameters =
                "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        found.put(
                Materials.authority("ca.key"),
                (parameters + new String(file(found, "ca.key"), StandardCharsets.US_ASCII))
                        .getBytes(StandardCharsets.US_ASCII));

        assertThat(AdoptedAuthority.read(found, NOW).files()).hasSize(8);
    }

    @Test
    void namesTheFileThatIsNotAsItShouldBe() throws Exception {
        var found = files(KeyAlgorithm.ECDSA_P256);
        var other = files(KeyAlgorithm.ECDSA_P256);

        refused(found, "ca.key", file(other, "ca.key"), "ca.key does not belong to ca.crt");
        refused(
                found,
                "etcd/ca.key",
                file(other, "ca.key"),
                "etcd/ca.key does not belong to etcd/ca.crt");
        refused(found, "sa.pub", file(other, "sa.pub"), "\"sa\" does not belong");
        refused(found, "sa.pub", file(found, "sa.key"), "sa.pub is no public key");
        refused(found, "ca.crt", file(found, "sa.pub"), "ca.crt is no certificate");
        refused(found, "sa.key", new byte[0], "sa.key is no PEM file");
        refused(
                found,
                "front-proxy-ca.key",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
                        .getBytes(StandardCharsets.US_ASCII),
                "front-proxy-ca.key");
        assertThatThrownBy(() -> AdoptedAuthority.read(found, NOW.plus(Duration.ofDays(9999))))
                .hasMessageContaining("ca.crt has expired at");
        found.remove(Materials.authority("ca.key"));
        assertThatThrownBy(() -> AdoptedAuthority.read(found, NOW)).hasMessage("no ca.key");
    }

    private static void refused(
            Map<MaterialName, byte[]> found, String name, byte[] instead, String why) {
        var changed = new HashMap<>(found);
        changed.put(Materials.authority(name), instead);
        assertThatThrownBy(() -> AdoptedAuthority.read(changed, NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("BEGIN");
    }
}
