package dev.slipway.cert.registry;

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
import java.time.Instant;

/// A registry's server certificate that is to be issued, valid from `now` as long as the authority.
///
/// @param host the address by which nodes ask it, and the one name of the certificate
record RegistryCertificate(OpenAuthority authority, String host, BigInteger serial, Instant now) {
    static RegistryCertificate of(
            OpenAuthority authority, String host, Instant now, SecureRandom random) {
        return new RegistryCertificate(authority, host, CertificateAuthority.serial(random), now);
    }

    MaterialName material() {
        return Materials.registryServer(host);
    }

    /// RFC 4514.
    String subject() {
        return "CN=" + host;
    }

    String serialText() {
        return serial.toString(16);
    }

    Instant notAfter() {
        return authority.notAfter();
    }

    /// Makes a key pair and signs. Takes some CPU: not for event loops.
    ///
    /// @return certificate and key in PEM, as one file
    byte[] issue(CertificateAuthority ca, SecureRandom random) {
        KeyPair keys = KeyAlgorithm.ECDSA_P256.generate(random);
        var file = new ByteArrayOutputStream();
        file.writeBytes(Pem.of(ca.issueServer(host, serial, keys.getPublic(), now, notAfter())));
        file.writeBytes(Pem.of(keys.getPrivate()));
        return file.toByteArray();
    }
}
