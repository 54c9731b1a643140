package dev.slipway.cert.node;

import dev.slipway.cert.authority.CertificateAuthority;
import dev.slipway.cert.authority.KeyAlgorithm;
import dev.slipway.cert.authority.OpenAuthority;
import dev.slipway.cert.authority.Pem;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Materials;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;

/// A kubelet's client certificate that is to be issued. User and group are those by which
/// Kubernetes' node authorizer knows a node (Kubernetes documentation, "Using Node Authorization").
///
/// @param node the node's name
/// @param notAfter as long as the authority lets its leaves live, from `now`; what kubelets ask for
///   later is as long as the cluster's controller manager says
public record NodeCertificate(
        OpenAuthority authority, String node, BigInteger serial, Instant now, Instant notAfter) {
    private static final String USER = "system:node:";
    private static final String GROUP = "system:nodes";

    static NodeCertificate of(
            OpenAuthority authority, String node, Instant now, SecureRandom random) {
        Instant wished = now.plus(authority.leafValidity());
        return new NodeCertificate(
                authority,
                node,
                CertificateAuthority.serial(random),
                now,
                wished.isBefore(authority.notAfter()) ? wished : authority.notAfter());
    }

    MaterialName material() {
        return Materials.kubeletClient(node);
    }

    /// RFC 4514.
    String subject() {
        return "CN=%s%s,O=%s".formatted(USER, node, GROUP);
    }

    String serialText() {
        return serial.toString(16);
    }

    /// Makes a key pair and signs. Takes some CPU: not for event loops.
    ///
    /// @return certificate and key in PEM, as one file
    byte[] issue(CertificateAuthority ca, SecureRandom random) {
        KeyPair keys = KeyAlgorithm.ECDSA_P256.generate(random);
        var subject =
                new X500NameBuilder(BCStyle.INSTANCE)
                        .addRDN(BCStyle.O, GROUP)
                        .addRDN(BCStyle.CN, USER + node)
                        .build();
        X509Certificate certificate =
                ca.issueClient(subject, serial, keys.getPublic(), now, notAfter);
        var file = new ByteArrayOutputStream();
        file.writeBytes(Pem.of(certificate));
        file.writeBytes(Pem.of(keys.getPrivate()));
        return file.toByteArray();
    }
}
