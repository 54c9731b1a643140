package dev.slipway.cert.authority;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.jspecify.annotations.Nullable;

/// PEM files that others wrote, in every form that kubeadm takes: private keys in PKCS#1, SEC1 or
/// PKCS#8, parameters of a curve before them. Messages name the file and hold nothing of it.
final class PemFile {
    private PemFile() {}

    /// The first of a file of several, which is the one that signs.
    static X509Certificate certificate(String file, byte[] pem) {
        try {
            return Pem.certificate(pem);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + " is no certificate", e);
        }
    }

    static PrivateKey privateKey(String file, byte[] pem) {
        return switch (keyOf(file, pem)) {
            case PEMKeyPair pair -> privateKey(file, pair.getPrivateKeyInfo());
            case PrivateKeyInfo info -> privateKey(file, info);
            case PEMEncryptedKeyPair _, PKCS8EncryptedPrivateKeyInfo _ ->
                    throw new IllegalArgumentException(file + " is encrypted");
            default -> throw new IllegalArgumentException(file + " is no private key");
        };
    }

    static PublicKey publicKey(String file, byte[] pem) {
        if (!(keyOf(file, pem) instanceof SubjectPublicKeyInfo info)) {
            throw new IllegalArgumentException(file + " is no public key");
        }
        try {
            return factory(file, info.getAlgorithm().getAlgorithm())
                    .generatePublic(new X509EncodedKeySpec(info.getEncoded()));
        } catch (IOException | GeneralSecurityException _) {
            throw new IllegalArgumentException(file + " is no public key");
        }
    }

    private static PrivateKey privateKey(String file, PrivateKeyInfo info) {
        try {
            return factory(file, info.getPrivateKeyAlgorithm().getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
        } catch (IOException | GeneralSecurityException _) {
            // The cause may quote the key: it is left out.
            throw new IllegalArgumentException(file + " is no private key");
        }
    }

    private static KeyFactory factory(String file, ASN1ObjectIdentifier algorithm)
            throws GeneralSecurityException {
        if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return KeyFactory.getInstance("RSA");
        }
        if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            return KeyFactory.getInstance("EC");
        }
        throw new IllegalArgumentException(file + " is neither an RSA nor an ECDSA key");
    }

    private static Object keyOf(String file, byte[] pem) {
        @Nullable Object found = first(file, pem);
        if (found == null) {
            throw new IllegalArgumentException(file + " is no PEM file");
        }
        return found;
    }

    /// What the file holds but parameters of curves.
    private static @Nullable Object first(String file, byte[] pem) {
        try (var parser =
                new PEMParser(
                        new InputStreamReader(
                                new ByteArrayInputStream(pem), StandardCharsets.US_ASCII))) {
            @Nullable Object found = parser.readObject();
            while (found instanceof ASN1ObjectIdentifier) {
                found = parser.readObject();
            }
            return found;
        } catch (IOException | RuntimeException _) {
            // The cause may quote the key: it is left out.
            throw new IllegalArgumentException(file + " is no PEM file");
        }
    }
}
