package dev.slipway.cert.authority;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.order.Materials;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The authority of a cluster that others made, as its files say. Certificates stay what they are,
/// byte for byte, for they lie on every host; keys are kept in the forms of our own, which kubeadm
/// takes too. Secret: `toString` shows the pin only.
public final class AdoptedAuthority {
    private final ClusterAuthority authority;
    private final KeyAlgorithm algorithm;
    private final Map<MaterialName, byte[]> files;

    private AdoptedAuthority(
            ClusterAuthority authority, KeyAlgorithm algorithm, Map<MaterialName, byte[]> files) {
        this.authority = authority;
        this.algorithm = algorithm;
        this.files = files;
    }

    /// @param files those of [Materials#AUTHORITY_FILES]
    /// @param now all CAs must be valid then
    /// @throws IllegalArgumentException if one is missing, is not what it should be, or does not
    ///   belong to its other half; the message names the file and holds nothing of it
    public static AdoptedAuthority read(Map<MaterialName, byte[]> files, Instant now) {
        String missing =
                Materials.AUTHORITY_FILES.stream()
                        .filter(file -> !files.containsKey(Materials.authority(file)))
                        .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("no " + missing);
        }
        CertificateAuthority cluster = authority(files, "ca", now);
        PublicKey serviceAccounts = PemFile.publicKey("sa.pub", file(files, "sa.pub"));
        PrivateKey serviceAccountKey = PemFile.privateKey("sa.key", file(files, "sa.key"));
        var authority =
                new ClusterAuthority(
                        cluster,
                        authority(files, "etcd/ca", now),
                        authority(files, "front-proxy-ca", now),
                        new KeyPair(serviceAccounts, serviceAccountKey));
        var kept = new LinkedHashMap<>(authority.files());
        for (String name : Materials.AUTHORITY_FILES) {
            if (name.endsWith(".crt")) {
                kept.put(Materials.authority(name), file(files, name));
            }
        }
        return new AdoptedAuthority(authority, algorithm(cluster.certificate()), kept);
    }

    private static CertificateAuthority authority(
            Map<MaterialName, byte[]> files, String name, Instant now) {
        X509Certificate certificate =
                PemFile.certificate(name + ".crt", file(files, name + ".crt"));
        if (certificate.getBasicConstraints() < 0) {
            throw new IllegalArgumentException(name + ".crt is no certificate authority");
        }
        Instant end = certificate.getNotAfter().toInstant();
        if (!end.isAfter(now)) {
            throw new IllegalArgumentException("%s.crt has expired at %s".formatted(name, end));
        }
        PrivateKey key = PemFile.privateKey(name + ".key", file(files, name + ".key"));
        try {
            return new CertificateAuthority(certificate, key);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%1$s.key does not belong to %1$s.crt".formatted(name), e);
        }
    }

    private static KeyAlgorithm algorithm(X509Certificate certificate) {
        try {
            return KeyAlgorithm.ofKey(certificate.getPublicKey());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the key of ca.crt: " + e.getMessage(), e);
        }
    }

    private static byte[] file(Map<MaterialName, byte[]> files, String name) {
        return java.util.Objects.requireNonNull(files.get(Materials.authority(name)));
    }

    /// SHA-256 of `ca.crt` as it came.
    public ContentDigest certificateDigest() {
        return ContentDigest.ofBytes(file(files, "ca.crt"));
    }

    /// The content of each of [Materials#AUTHORITY_FILES].
    Map<MaterialName, byte[]> files() {
        return files;
    }

    /// What is public of it.
    ///
    /// @param leafValidity longest validity of what it signs for users
    OpenAuthority described(
            TenantId tenant,
            ClusterName cluster,
            int generation,
            Duration leafValidity,
            Optional<URI> endpoint) {
        return new OpenAuthority(
                tenant,
                cluster,
                generation,
                authority.pin(),
                certificateDigest(),
                new String(file(files, "ca.crt"), StandardCharsets.UTF_8),
                algorithm,
                leafValidity,
                authority.notAfter(),
                AuthorityRequest.ADMINISTRATORS,
                endpoint,
                Optional.empty());
    }

    @Override
    public String toString() {
        return "AdoptedAuthority[%s, keys hidden]".formatted(authority.pin());
    }
}
