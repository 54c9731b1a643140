package dev.slipway.local.identity;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// TLS contexts from PEM files.
public final class TlsMaterial {

    private static final char[] NO_PASSWORD = {};

    private TlsMaterial() {}

    /// Shows the service's certificate, as client or as server, and trusts the authority.
    public static SSLContext service(TlsFiles files) {
        try {
            KeyStore store = empty();
            store.setKeyEntry(
                    "service",
                    Pem.privateKey(files.key(), "EC"),
                    NO_PASSWORD,
                    new X509Certificate[] {Pem.certificate(files.certificate())});
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, NO_PASSWORD);
            return context(keys.getKeyManagers(), files.authority());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(
                    "cannot speak TLS with \"" + files.certificate() + "\"", e);
        }
    }

    /// Trusts the authority and shows no certificate.
    public static SSLContext user(Path authority) {
        try {
            return context(null, authority);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot speak TLS with \"" + authority + "\"", e);
        }
    }

    private static SSLContext context(KeyManager @Nullable [] keys, Path authority)
            throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setCertificateEntry("authority", Pem.certificate(authority));
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        TrustManager[] managers = trust.getTrustManagers();
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys, managers, null);
        return context;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }
}
