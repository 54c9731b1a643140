package dev.slipway.simulator.api;

import dev.slipway.simulator.host.SimulatorFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/// How an API server shows itself and whom it knows.
record ApiTls(SSLContext context, X509Certificate authority) {
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final char[] NO_PASSWORD = {};

    /// Who asks: the user is the subject's CN, the groups are its O.
    record Client(String user, List<String> groups) {}

    /// @param certificate PEM
    /// @param key PEM, of whatever form openssl writes
    /// @param authority the cluster CA's certificate in PEM
    static ApiTls of(byte[] certificate, String key, byte[] authority) {
        try {
            X509Certificate ca = read(authority);
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            own.setKeyEntry("server", key(key), NO_PASSWORD, new Certificate[] {read(certificate)});
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), new TrustManager[] {new Anybody(ca)}, null);
            return new ApiTls(context, ca);
        } catch (GeneralSecurityException | IOException e) {
            throw new SimulatorFailure(
                    "cannot serve an API with the certificate and key that are on the host", e);
        }
    }

    private static X509Certificate read(byte[] pem) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(pem));
    }

    private static PrivateKey key(String pem) throws IOException {
        try (var parser = new PEMParser(new StringReader(pem))) {
            var converter = new JcaPEMKeyConverter();
            for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
                if (found instanceof PEMKeyPair pair) {
                    return converter.getPrivateKey(pair.getPrivateKeyInfo());
                }
                if (found instanceof PrivateKeyInfo info) {
                    return converter.getPrivateKey(info);
                }
            }
            throw new IOException("no private key");
        }
    }

    /// The client of a session; nothing if it shows no certificate, or none that the cluster's CA
    /// signed for clients and that is valid now.
    Optional<Client> client(SSLSession session) {
        try {
            X509Certificate certificate = (X509Certificate) session.getPeerCertificates()[0];
            certificate.checkValidity();
            certificate.verify(authority.getPublicKey());
            List<String> uses = certificate.getExtendedKeyUsage();
            return uses != null && uses.contains(CLIENT_AUTH)
                    ? Optional.of(client(certificate))
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Client client(X509Certificate certificate) {
        var name = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        return new Client(
                texts(name, BCStyle.CN).stream().findFirst().orElse(""), texts(name, BCStyle.O));
    }

    private static List<String> texts(X500Name name, ASN1ObjectIdentifier type) {
        return Arrays.stream(name.getRDNs(type))
                .map(RDN::getFirst)
                .map(part -> part.getValue().toString())
                .toList();
    }

    /// Lets every certificate through the handshake: who it is of is looked at with each request.
    private record Anybody(X509Certificate authority) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            throw new IllegalStateException("a server only");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[] {authority};
        }
    }
}
