package dev.slipway.contracts.order;

import dev.slipway.contracts.id.ContentDigest;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.bouncycastle.jcajce.interfaces.EdDSAKey;
import org.bouncycastle.jcajce.interfaces.EdDSAPrivateKey;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/// The planner's signing keys: makes them, reads them from PEM (RFC 7468), names them.
public final class OrderKeys {
    private static final String ALGORITHM = "Ed25519";

    /// Signs and verifies several times faster than the platform's own, which was the dearest part
    /// of an order. Not registered, so nothing else changes.
    private static final Provider FAST = new BouncyCastleProvider();

    private OrderKeys() {}

    public static KeyPair newPair() {
        try {
            return KeyPairGenerator.getInstance(ALGORITHM, FAST).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Bouncy Castle has Ed25519", e);
        }
    }

    /// @param pem `PRIVATE KEY`, PKCS#8, Ed25519
    /// @throws IllegalArgumentException if it is none; the message holds no key
    public static PrivateKey privateKey(String pem) {
        try {
            return KeyFactory.getInstance(ALGORITHM, FAST)
                    .generatePrivate(new PKCS8EncodedKeySpec(decode(pem, "PRIVATE KEY")));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "the order-signing key is no Ed25519 private key in PKCS#8 PEM", e);
        }
    }

    /// @param pem `PUBLIC KEY`, SubjectPublicKeyInfo, Ed25519
    /// @throws IllegalArgumentException if it is none
    public static PublicKey publicKey(String pem) {
        try {
            return KeyFactory.getInstance(ALGORITHM, FAST)
                    .generatePublic(new X509EncodedKeySpec(decode(pem, "PUBLIC KEY")));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "the order-verifying key is no Ed25519 public key in PEM", e);
        }
    }

    /// @throws IllegalArgumentException if the key was not made or read by this class
    public static PublicKey publicKey(PrivateKey key) {
        if (key instanceof EdDSAPrivateKey pair) {
            return pair.getPublicKey();
        }
        throw new IllegalArgumentException("expected a key of OrderKeys, found " + key.getClass());
    }

    /// The algorithm for `key`, of whatever provider it is.
    static Signature signature(Key key) throws GeneralSecurityException {
        return key instanceof EdDSAKey
                ? Signature.getInstance(ALGORITHM, FAST)
                : Signature.getInstance(ALGORITHM);
    }

    /// The key id that goes with a public key: the first 16 hexadecimal digits of the SHA-256 of
    /// its SubjectPublicKeyInfo.
    public static String id(PublicKey key) {
        return ContentDigest.ofBytes(key.getEncoded()).value().substring(0, 16);
    }

    private static byte[] decode(String pem, String label) {
        String text = pem.strip();
        String begin = "-----BEGIN " + label + "-----";
        String end = "-----END " + label + "-----";
        if (!text.startsWith(begin) || !text.endsWith(end)) {
            throw new IllegalArgumentException("expected a PEM block \"%s\"".formatted(label));
        }
        return Base64.getMimeDecoder()
                .decode(text.substring(begin.length(), text.length() - end.length()));
    }
}
