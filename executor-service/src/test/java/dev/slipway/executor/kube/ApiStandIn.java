package dev.slipway.executor.kube;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.slipway.contracts.order.KubeCredential;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// An HTTPS server with a CA of its own that knows clients by their certificates and answers what a
/// test gives it.
public final class ApiStandIn implements AutoCloseable {
    private final KeyPair authorityKeys = keys();
    private final X509Certificate authority =
            certificate("CN=kubernetes", authorityKeys, "CN=kubernetes", authorityKeys, "", true);
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final Map<String, Integer> statuses = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final HttpsServer server;
    private volatile Play play = (_, _, _) -> Optional.empty();

    /// What a test's own server does; nothing: what it was given as answers.
    @FunctionalInterface
    public interface Play {
        Optional<Reply> reply(String method, String uri, String body);
    }

    /// @param stays whether the answer goes on, as a watch does, until the server is closed
    public record Reply(int status, String body, boolean stays) {
        public static Reply of(int status, String body) {
            return new Reply(status, body, false);
        }
    }

    /// @param address it listens at
    /// @param name the address that its certificate is for
    public ApiStandIn(String address, String name) throws Exception {
        KeyPair own = keys();
        Certificate certificate =
                certificate("CN=kube-apiserver", own, "CN=kubernetes", authorityKeys, name, false);
        KeyStore identity = empty();
        identity.setKeyEntry(
                "server", own.getPrivate(), new char[0], new Certificate[] {certificate});
        KeyStore trusted = empty();
        trusted.setCertificateEntry("ca", authority);
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(identity, new char[0]);
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        server = HttpsServer.create(new InetSocketAddress(address, 0), 0);
        server.setHttpsConfigurator(
                new HttpsConfigurator(tls) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        var needed = getSSLContext().getDefaultSSLParameters();
                        needed.setNeedClientAuth(true);
                        parameters.setSSLParameters(needed);
                    }
                });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    private static KeyStore empty() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("EC").generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate certificate(
            String subject,
            KeyPair keys,
            String issuer,
            KeyPair issuerKeys,
            String address,
            boolean ca) {
        Instant now = Instant.now();
        var builder =
                new JcaX509v3CertificateBuilder(
                        new X500Name(issuer),
                        BigInteger.valueOf(System.nanoTime()),
                        Date.from(now.minusSeconds(60)),
                        Date.from(now.plusSeconds(600)),
                        new X500Name(subject),
                        keys.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
            if (!address.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.iPAddress, address)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(issuerKeys.getPrivate())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /// What is answered to a request of that path and query.
    public void answer(String request, String json) {
        answers.put(request, json);
    }

    public void answer(String request, int status, String json) {
        statuses.put(request, status);
        answers.put(request, json);
    }

    /// Who asked for what, in order: the client's subject, path and query.
    public List<String> requests() {
        return List.copyOf(requests);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /// What lets a client in.
    public KubeCredential credential() {
        KeyPair client = keys();
        return new KubeCredential(
                pem("CERTIFICATE", encoded(authority)),
                pem(
                        "CERTIFICATE",
                        encoded(
                                certificate(
                                        "CN=slipway:run:1,O=slipway:executor:view",
                                        client,
                                        "CN=kubernetes",
                                        authorityKeys,
                                        "",
                                        false))),
                pem("PRIVATE KEY", client.getPrivate().getEncoded()));
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
                .formatted(label, new String(Base64.getMimeEncoder().encode(der), US_ASCII));
    }

    public void play(Play how) {
        play = how;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String request = exchange.getRequestURI().toString();
            String sent = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            requests.add(subject((HttpsExchange) exchange) + " " + request);
            Reply reply =
                    play.reply(exchange.getRequestMethod(), request, sent)
                            .orElseGet(() -> given(request));
            byte[] body = reply.body().getBytes(UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(reply.status(), reply.stays() ? 0 : body.length);
            exchange.getResponseBody().write(body);
            if (reply.stays()) {
                exchange.getResponseBody().flush();
                closing.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Reply given(String request) {
        return Reply.of(
                answers.containsKey(request) ? statuses.getOrDefault(request, 200) : 404,
                answers.getOrDefault(request, "{\"kind\":\"Status\",\"code\":404}"));
    }

    private static String subject(HttpsExchange exchange) {
        try {
            return exchange.getSSLSession().getPeerPrincipal().getName();
        } catch (SSLPeerUnverifiedException e) {
            return "nobody";
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
    }
}
