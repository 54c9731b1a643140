package dev.slipway.cert.authority;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Materials;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// Everything from which kubeadm makes a cluster's certificates: the cluster CA, etcd's CA, the
/// front proxy's CA and the service-account key pair. Secret: `toString` shows the pin only.
///
/// @param cluster signs the API server, kubelets and users
/// @param etcd signs etcd's members and clients
/// @param frontProxy signs aggregated API servers' clients
/// @param serviceAccounts signs service-account tokens
record ClusterAuthority(
        CertificateAuthority cluster,
        CertificateAuthority etcd,
        CertificateAuthority frontProxy,
        KeyPair serviceAccounts) {
    ClusterAuthority {
        KeyPairs.requireMatch("sa", serviceAccounts.getPrivate(), serviceAccounts.getPublic());
    }

    /// Takes 20 ms for ECDSA and seconds of CPU for RSA: never on an event loop.
    static ClusterAuthority create(
            KeyAlgorithm algorithm, Duration validity, Instant now, SecureRandom random) {
        return new ClusterAuthority(
                CertificateAuthority.create("kubernetes", algorithm, validity, now, random),
                CertificateAuthority.create("etcd-ca", algorithm, validity, now, random),
                CertificateAuthority.create("front-proxy-ca", algorithm, validity, now, random),
                algorithm.generate(random));
    }

    /// The content of each of [Materials#AUTHORITY_FILES].
    Map<MaterialName, byte[]> files() {
        var files = new LinkedHashMap<MaterialName, byte[]>();
        for (String file : Materials.AUTHORITY_FILES) {
            files.put(Materials.authority(file), content(file));
        }
        return files;
    }

    String pin() {
        return KeyPairs.pin(cluster.certificate().getPublicKey());
    }

    /// SHA-256 of `ca.crt` as it must lie on every host.
    ContentDigest certificateDigest() {
        return ContentDigest.ofBytes(content("ca.crt"));
    }

    Instant notAfter() {
        return cluster.certificate().getNotAfter().toInstant();
    }

    @Override
    public String toString() {
        return "ClusterAuthority[%s, keys hidden]".formatted(pin());
    }

    private byte[] content(String file) {
        return switch (file) {
            case "ca.crt" -> Pem.of(cluster.certificate());
            case "ca.key" -> Pem.of(cluster.key());
            case "etcd/ca.crt" -> Pem.of(etcd.certificate());
            case "etcd/ca.key" -> Pem.of(etcd.key());
            case "front-proxy-ca.crt" -> Pem.of(frontProxy.certificate());
            case "front-proxy-ca.key" -> Pem.of(frontProxy.key());
            case "sa.key" -> Pem.of(serviceAccounts.getPrivate());
            case "sa.pub" -> Pem.of(serviceAccounts.getPublic());
            default -> throw new IllegalStateException("no content is known for " + file);
        };
    }
}
