package dev.slipway.cert.kube;

import dev.slipway.cert.authority.CertificateAuthority;
import dev.slipway.cert.authority.ClientSubject;
import dev.slipway.cert.authority.KeyAlgorithm;
import dev.slipway.cert.authority.OpenAuthority;
import dev.slipway.cert.authority.Pem;
import dev.slipway.cert.kubeconfig.Kubeconfig;
import dev.slipway.cert.vault.Sealed;
import dev.slipway.cert.vault.SecretName;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.KubeCredential;
import dev.slipway.contracts.order.KubeIdentity;
import dev.slipway.contracts.order.Order;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A client certificate that is to be issued for an order.
///
/// @param form as what it is handed out
/// @param identity whose rights it gives
/// @param subject the user is the run, so that the API server's audit log tells it; the group is
///   the identity's
/// @param authority of the cluster's generation that the order names
/// @param key the authority's, sealed
public record KubeCertificate(
        KubeForm form,
        KubeIdentity identity,
        ClientSubject subject,
        BigInteger serial,
        Instant notAfter,
        OpenAuthority authority,
        Map<SecretName, Sealed> key) {
    public KubeCertificate {
        key = Map.copyOf(key);
    }

    /// @param serial of RFC 5280, nobody else's
    static KubeCertificate of(
            Order order,
            KubeForm form,
            KubeIdentity identity,
            OpenAuthority authority,
            Map<SecretName, Sealed> key,
            BigInteger serial,
            Instant now) {
        Duration leaf = authority.leafValidity();
        Duration life = form.life(order);
        Instant end = now.plus(life.compareTo(leaf) < 0 ? life : leaf);
        return new KubeCertificate(
                form,
                identity,
                new ClientSubject("slipway:run:" + order.run(), List.of(identity.group())),
                serial,
                end.isBefore(order.times().settleBy()) ? end : order.times().settleBy(),
                authority,
                key);
    }

    public MaterialName material() {
        return form.material(identity);
    }

    /// Hexadecimal, as other certificates' serials are shown.
    String serialText() {
        return serial.toString(16);
    }

    /// Signs it for a key pair that is made for it. Takes some CPU: not for event loops.
    ///
    /// @param authorityKey PKCS#8 PEM
    /// @return what its form says
    byte[] issue(byte[] authorityKey, Instant now, SecureRandom random) {
        KubeCredential credential = sign(authorityKey, now, random);
        return switch (form) {
            case CREDENTIAL -> Wire.bytes(credential);
            case KUBECONFIG -> kubeconfig(credential).getBytes(StandardCharsets.UTF_8);
        };
    }

    private String kubeconfig(KubeCredential credential) {
        return new Kubeconfig(
                        authority.cluster(),
                        subject.user(),
                        authority.serverOfHosts().orElseThrow(),
                        credential.authority(),
                        credential.certificate(),
                        credential.privateKey())
                .yaml();
    }

    private KubeCredential sign(byte[] authorityKey, Instant now, SecureRandom random) {
        byte[] authorityPem = authority.certificate().getBytes(StandardCharsets.US_ASCII);
        var ca = CertificateAuthority.read(authorityPem, authorityKey);
        KeyPair keys = KeyAlgorithm.ECDSA_P256.generate(random);
        return new KubeCredential(
                authority.certificate(),
                text(
                        Pem.of(
                                ca.issueClient(
                                        subject.toName(),
                                        serial,
                                        keys.getPublic(),
                                        now,
                                        notAfter))),
                text(Pem.of(keys.getPrivate())));
    }

    private static String text(byte[] pem) {
        return new String(pem, StandardCharsets.US_ASCII);
    }
}
