package dev.slipway.contracts.order;

import dev.slipway.contracts.id.ContentDigest;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/// Reads the planner's signing keys from PEM (RFC 7468) and names them.
public final class OrderKeys {
    private OrderKeys() {}

    /// @param pem `PRIVATE KEY`, PKCS#8, Ed25519
    /// @throws IllegalArgumentException if it is none; the message holds no key
    public static PrivateKey privateKey(String pem) {
        try {
            return KeyFactory.getInstance("Ed25519")
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
            return KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(decode(pem, "PUBLIC KEY")));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "the order-verifying key is no Ed25519 public key in PEM", e);
        }
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
