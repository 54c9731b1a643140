package dev.slipway.local.identity;

import dev.slipway.local.files.PrivateFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/// PEM text to objects and back.
final class Pem {

    private Pem() {}

    static String of(X509Certificate certificate) {
        try {
            return block("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateException e) {
            throw new IllegalStateException(
                    "cannot encode the certificate of " + certificate.getSubjectX500Principal(), e);
        }
    }

    static String of(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    static String of(PublicKey key) {
        return block("PUBLIC KEY", key.getEncoded());
    }

    static X509Certificate certificate(Path file) {
        try {
            byte[] text = Files.readAllBytes(file);
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(text));
        } catch (CertificateException e) {
            throw unreadable(file, e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read \"" + file + "\"", e);
        }
    }

    /// @param algorithm `EC` or `Ed25519`
    static PrivateKey privateKey(Path file, String algorithm) {
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(decode(file)));
        } catch (GeneralSecurityException e) {
            throw unreadable(file, e);
        }
    }

    /// @param algorithm `EC` or `Ed25519`
    static PublicKey publicKey(Path file, String algorithm) {
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePublic(new X509EncodedKeySpec(decode(file)));
        } catch (GeneralSecurityException e) {
            throw unreadable(file, e);
        }
    }

    /// The pair in the two files; made anew unless both are there.
    static KeyPair pair(Path privateFile, Path publicFile, String algorithm) {
        if (Files.exists(privateFile) && Files.exists(publicFile)) {
            return new KeyPair(
                    publicKey(publicFile, algorithm), privateKey(privateFile, algorithm));
        }
        KeyPair pair = generate(algorithm);
        PrivateFile.write(privateFile, of(pair.getPrivate()));
        PrivateFile.write(publicFile, of(pair.getPublic()));
        return pair;
    }

    static KeyPair generate(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK makes no \"" + algorithm + "\" keys", e);
        }
    }

    private static byte[] decode(Path file) {
        try {
            String text = Files.readString(file);
            return Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read \"" + file + "\"", e);
        }
    }

    private static String block(String label, byte[] content) {
        String body =
                Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(content);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    private static IllegalStateException unreadable(Path file, Exception cause) {
        // The cause may quote what it could not parse, and that may be a key.
        return new IllegalStateException(
                "\"%s\" holds no key or certificate that can be read (%s): remove it and start again to have it made anew"
                        .formatted(file, cause.getClass().getSimpleName()));
    }
}
