package dev.slipway.cert.authority;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/// PEM text (RFC 7468, 64 columns) of certificates and keys, in the forms kubeadm reads: PKCS#8
/// private keys and SubjectPublicKeyInfo public keys.
public final class Pem {
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PRIVATE_KEY = "PRIVATE KEY";
    private static final String PUBLIC_KEY = "PUBLIC KEY";

    private Pem() {}

    public static byte[] of(X509Certificate certificate) {
        try {
            return encode(CERTIFICATE, certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate we hold has no encoding", e);
        }
    }

    public static byte[] of(PrivateKey key) {
        return encode(PRIVATE_KEY, key.getEncoded());
    }

    public static byte[] of(PublicKey key) {
        return encode(PUBLIC_KEY, key.getEncoded());
    }

    /// @throws IllegalArgumentException if `pem` is no certificate
    static X509Certificate certificate(byte[] pem) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(pem));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a certificate in PEM", e);
        }
    }

    /// @param algorithm of the public key it belongs to, `RSA` or `EC`
    /// @throws IllegalArgumentException if `pem` is no PKCS#8 private key; the message holds no key
    static PrivateKey privateKey(byte[] pem, String algorithm) {
        String text = new String(pem, StandardCharsets.US_ASCII).strip();
        String begin = "-----BEGIN " + PRIVATE_KEY + "-----";
        String end = "-----END " + PRIVATE_KEY + "-----";
        if (!text.startsWith(begin) || !text.endsWith(end)) {
            throw new IllegalArgumentException("not a PKCS#8 private key in PEM");
        }
        byte[] der =
                Base64.getMimeDecoder()
                        .decode(text.substring(begin.length(), text.length() - end.length()));
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a PKCS#8 %s key".formatted(algorithm), e);
        }
    }

    private static byte[] encode(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(label, body, label)
                .getBytes(StandardCharsets.US_ASCII);
    }
}
