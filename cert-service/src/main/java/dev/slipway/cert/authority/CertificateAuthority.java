package dev.slipway.cert.authority;

import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.IPAddress;

/// A CA that can sign: its certificate and the key that belongs to it. Secret: `toString` shows the
/// certificate's name only.
///
/// The certificates carry exactly the extensions that kubeadm's own carry (client-go
/// `NewSelfSignedCACert`, kubeadm `pkiutil.NewSignedCert`).
///
/// @param certificate self-signed, `CA:TRUE`
/// @param key of the certificate; a key of another pair is refused
public record CertificateAuthority(X509Certificate certificate, PrivateKey key) {
    /// How far NotBefore lies before the clock, for hosts whose clock is behind; kubeadm's value.
    static final Duration BACK_DATED = Duration.ofMinutes(5);

    private static final int SERIAL_BITS = 128;

    public CertificateAuthority {
        KeyPairs.requireMatch(nameOf(certificate), key, certificate.getPublicKey());
    }

    /// @param validity from `now`; NotBefore lies five minutes before
    static CertificateAuthority create(
            String commonName,
            KeyAlgorithm algorithm,
            Duration validity,
            Instant now,
            SecureRandom random) {
        KeyPair keys = algorithm.generate(random);
        X500Name name =
                new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build();
        var builder =
                new JcaX509v3CertificateBuilder(
                        name,
                        serial(random),
                        Date.from(now.minus(BACK_DATED)),
                        Date.from(now.plus(validity)),
                        name,
                        keys.getPublic());
        try {
            builder.addExtension(
                            Extension.keyUsage,
                            true,
                            new KeyUsage(
                                    KeyUsage.digitalSignature
                                            | KeyUsage.keyEncipherment
                                            | KeyUsage.keyCertSign))
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                    .addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            extensions().createSubjectKeyIdentifier(keys.getPublic()))
                    .addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(new GeneralName(GeneralName.dNSName, commonName)));
        } catch (IOException e) {
            throw new IllegalStateException("cannot encode the extensions of a CA", e);
        }
        return new CertificateAuthority(
                sign(builder, keys.getPrivate(), algorithm), keys.getPrivate());
    }

    /// @param certificate PEM
    /// @param key PKCS#8 PEM
    /// @throws IllegalArgumentException if they are none or don't belong together
    public static CertificateAuthority read(byte[] certificate, byte[] key) {
        X509Certificate parsed = Pem.certificate(certificate);
        return new CertificateAuthority(
                parsed, Pem.privateKey(key, parsed.getPublicKey().getAlgorithm()));
    }

    /// A certificate for TLS clients.
    ///
    /// @param notAfter cut to the CA's own end
    public X509Certificate issueClient(
            ClientSubject subject,
            PublicKey clientKey,
            Instant now,
            Instant notAfter,
            SecureRandom random) {
        return issueClient(subject.toName(), serial(random), clientKey, now, notAfter);
    }

    /// The same under a serial number that is known before.
    ///
    /// @param serial of [#serial]
    public X509Certificate issueClient(
            X500Name subject,
            BigInteger serial,
            PublicKey clientKey,
            Instant now,
            Instant notAfter) {
        return issue(
                builder(subject, serial, clientKey, now, notAfter),
                KeyPurposeId.id_kp_clientAuth,
                Optional.empty());
    }

    /// A certificate for a TLS server of one name.
    ///
    /// @param serial of [#serial]
    /// @param host an IP address or a DNS name
    /// @param notAfter cut to the CA's own end
    public X509Certificate issueServer(
            String host, BigInteger serial, PublicKey serverKey, Instant now, Instant notAfter) {
        X500Name subject = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, host).build();
        int kind = IPAddress.isValid(host) ? GeneralName.iPAddress : GeneralName.dNSName;
        return issue(
                builder(subject, serial, serverKey, now, notAfter),
                KeyPurposeId.id_kp_serverAuth,
                Optional.of(new GeneralNames(new GeneralName(kind, host))));
    }

    private JcaX509v3CertificateBuilder builder(
            X500Name subject,
            BigInteger serial,
            PublicKey subjectsKey,
            Instant now,
            Instant notAfter) {
        return new JcaX509v3CertificateBuilder(
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                serial,
                Date.from(later(now.minus(BACK_DATED), certificate.getNotBefore().toInstant())),
                Date.from(earlier(notAfter, certificate.getNotAfter().toInstant())),
                subject,
                subjectsKey);
    }

    private X509Certificate issue(
            JcaX509v3CertificateBuilder builder,
            KeyPurposeId purpose,
            Optional<GeneralNames> names) {
        try {
            builder.addExtension(
                            Extension.keyUsage,
                            true,
                            new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment))
                    .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose))
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            extensions().createAuthorityKeyIdentifier(certificate.getPublicKey()));
            if (names.isPresent()) {
                builder.addExtension(Extension.subjectAlternativeName, false, names.get());
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot encode the extensions of a certificate", e);
        }
        return sign(builder, key, KeyAlgorithm.ofKey(certificate.getPublicKey()));
    }

    @Override
    public String toString() {
        return "CertificateAuthority[%s, key hidden]".formatted(nameOf(certificate));
    }

    private static String nameOf(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }

    private static X509Certificate sign(
            X509v3CertificateBuilder builder, PrivateKey key, KeyAlgorithm algorithm) {
        try {
            var signer = new JcaContentSignerBuilder(algorithm.signatureName()).build(key);
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (OperatorCreationException | CertificateException e) {
            throw new IllegalStateException(
                    "cannot sign a certificate with " + algorithm.wireName(), e);
        }
    }

    /// RFC 5280 §4.1.2.2: positive and at most 20 octets; CA/B BR §7.1: at least 64 random bits.
    public static BigInteger serial(SecureRandom random) {
        BigInteger serial;
        do {
            serial = new BigInteger(SERIAL_BITS, random);
        } while (serial.signum() == 0);
        return serial;
    }

    private static JcaX509ExtensionUtils extensions() {
        try {
            return new JcaX509ExtensionUtils();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
