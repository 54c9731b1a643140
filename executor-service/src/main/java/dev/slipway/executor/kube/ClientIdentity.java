package dev.slipway.executor.kube;

import dev.slipway.contracts.order.KubeCredential;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// A credential as TLS takes it: the client's certificate and key, and the one CA that servers are
/// judged by.
record ClientIdentity(KeyStore own, KeyStore trusted) {
    private static final char[] NO_PASSWORD = {};

    /// @throws IllegalArgumentException if it is none; the message repeats nothing of it
    static ClientIdentity read(KubeCredential credential) {
        try {
            Certificate certificate = certificate(credential.certificate());
            KeyStore own = empty();
            own.setKeyEntry(
                    "client",
                    key(credential.privateKey(), certificate.getPublicKey().getAlgorithm()),
                    NO_PASSWORD,
                    new Certificate[] {certificate});
            KeyStore trusted = empty();
            trusted.setCertificateEntry("authority", certificate(credential.authority()));
            return new ClientIdentity(own, trusted);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(
                    "a credential for an API server is none: expected certificates and a PKCS#8 key in PEM",
                    e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Certificate certificate(String pem) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    private static PrivateKey key(String pem, String algorithm) throws GeneralSecurityException {
        String body = pem.replaceAll("-----[^-]+-----", "");
        return KeyFactory.getInstance(algorithm)
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
    }

    KeyManager[] keyManagers() {
        try {
            var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(own, NO_PASSWORD);
            return factory.getKeyManagers();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has a key manager", e);
        }
    }

    TrustManager[] trustManagers() {
        try {
            var factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has a trust manager", e);
        }
    }
}
