package dev.slipway.local.identity;

import dev.slipway.local.files.PrivateFile;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// The certificate authority of one local stack: ECDSA P-256, ten years. Its certificates serve the
/// services as server and as client; they last a year and are made anew when less than 30 days are
/// left.
public final class LocalAuthority {

    private static final Duration AUTHORITY_VALIDITY = Duration.ofDays(3650);
    private static final Duration CERTIFICATE_VALIDITY = Duration.ofDays(365);
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);
    private static final X500Name NAME = new X500Name("CN=slipway-local-ca");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path folder;
    private final Clock clock;
    private final X509Certificate certificate;
    private final PrivateKey key;

    private LocalAuthority(Path folder, Clock clock, X509Certificate certificate, PrivateKey key) {
        this.folder = folder;
        this.clock = clock;
        this.certificate = certificate;
        this.key = key;
    }

    /// The authority kept in `folder`; made if there is none, or if it ends before a certificate it
    /// issued would.
    public static LocalAuthority in(Path folder, Clock clock) {
        Path certificateFile = folder.resolve("ca.crt");
        Path keyFile = folder.resolve("ca.key");
        if (Files.exists(certificateFile) && Files.exists(keyFile)) {
            X509Certificate kept = Pem.certificate(certificateFile);
            if (lasts(kept, clock.instant().plus(CERTIFICATE_VALIDITY).plus(CLOCK_SKEW))) {
                return new LocalAuthority(folder, clock, kept, Pem.privateKey(keyFile, "EC"));
            }
        }
        KeyPair pair = Pem.generate("EC");
        X509Certificate made = selfSigned(pair, clock.instant());
        PrivateFile.write(keyFile, Pem.of(pair.getPrivate()));
        PrivateFile.write(certificateFile, Pem.of(made));
        return new LocalAuthority(folder, clock, made, pair.getPrivate());
    }

    /// The files of the service's certificate, made or renewed where needed. Several parts may
    /// share them.
    public synchronized TlsFiles identity(ServiceIdentity identity) {
        String name = identity.fileName();
        TlsFiles files =
                new TlsFiles(
                        folder.resolve(name + ".crt"),
                        folder.resolve(name + ".key"),
                        folder.resolve(name + ".pem"),
                        folder.resolve("ca.crt"));
        if (!usable(files)) {
            KeyPair pair = Pem.generate("EC");
            X509Certificate issued = issue(identity, pair.getPublic());
            PrivateFile.write(files.key(), Pem.of(pair.getPrivate()));
            PrivateFile.write(files.certificate(), Pem.of(issued));
            // Written last: its presence says that the other two belong together.
            PrivateFile.write(files.bundle(), Pem.of(pair.getPrivate()) + Pem.of(issued));
        }
        return files;
    }

    X509Certificate certificate() {
        return certificate;
    }

    private boolean usable(TlsFiles files) {
        if (!Files.exists(files.certificate())
                || !Files.exists(files.key())
                || !Files.exists(files.bundle())) {
            return false;
        }
        try {
            X509Certificate kept = Pem.certificate(files.certificate());
            kept.verify(certificate.getPublicKey());
            String whole = Files.readString(files.key()) + Files.readString(files.certificate());
            return lasts(kept, clock.instant().plus(RENEW_BEFORE))
                    && whole.equals(Files.readString(files.bundle()));
        } catch (GeneralSecurityException | IOException e) {
            return false;
        }
    }

    private static boolean lasts(X509Certificate certificate, Instant until) {
        return certificate.getNotAfter().toInstant().isAfter(until);
    }

    private X509Certificate issue(ServiceIdentity identity, PublicKey publicKey) {
        try {
            Instant now = clock.instant();
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            JcaX509v3CertificateBuilder builder =
                    builder(
                            new X500Name("CN=" + identity.service()),
                            publicKey,
                            now,
                            now.plus(CERTIFICATE_VALIDITY));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(
                            new KeyPurposeId[] {
                                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                            }));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(
                            new GeneralName[] {
                                new GeneralName(
                                        GeneralName.uniformResourceIdentifier, identity.uri()),
                                new GeneralName(GeneralName.dNSName, "localhost"),
                                new GeneralName(GeneralName.iPAddress, "127.0.0.1")
                            }));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    extensions.createSubjectKeyIdentifier(publicKey));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    extensions.createAuthorityKeyIdentifier(certificate));
            return sign(builder, key);
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(
                    "cannot issue the certificate of \"" + identity.uri() + "\"", e);
        }
    }

    private static X509Certificate selfSigned(KeyPair pair, Instant now) {
        try {
            JcaX509v3CertificateBuilder builder =
                    builder(NAME, pair.getPublic(), now, now.plus(AUTHORITY_VALIDITY));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
            return sign(builder, pair.getPrivate());
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make the local certificate authority", e);
        }
    }

    private static JcaX509v3CertificateBuilder builder(
            X500Name subject, PublicKey publicKey, Instant now, Instant end) {
        BigInteger serial =
                new BigInteger(127, RANDOM)
                        .setBit(126); // RFC 5280 §4.1.2.2: positive, at most 20 octets
        return new JcaX509v3CertificateBuilder(
                NAME, serial, Date.from(now.minus(CLOCK_SKEW)), Date.from(end), subject, publicKey);
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    }
}
