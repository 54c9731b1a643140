package dev.slipway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A cluster's API over HTTPS, as a client from elsewhere sees it; the tests build on each other.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ApiIT {
    @RegisterExtension static final SimulatedHosts HOSTS = new SimulatedHosts(12, 2);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KUBECTL = "KUBECONFIG=/etc/kubernetes/admin.conf kubectl ";
    private static final String ACCESS =
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata:
              name: "slipway:executor:view"
            rules:
              - apiGroups: [""]
                resources: ["nodes", "namespaces", "pods"]
                verbs: ["get", "list"]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata:
              name: "slipway:executor:view"
            roleRef:
              apiGroup: rbac.authorization.k8s.io
              kind: ClusterRole
              name: "slipway:executor:view"
            subjects:
              - apiGroup: rbac.authorization.k8s.io
                kind: Group
                name: "slipway:executor:view"
            """;

    /// @param status of HTTP; 0 if nobody answers
    private record Answer(int status, JsonNode json) {}

    private static String run(String host, String command) {
        var outcome = HOSTS.ssh().run(host, command);
        assertThat(outcome.exitCode()).as(outcome.both()).isZero();
        return outcome.output();
    }

    @BeforeAll
    static void installs() {
        for (String host : new String[] {"cp1", "w1"}) {
            HOSTS.ssh().run(host, "sh -s", Documents.PREPARE);
        }
        run("cp1", Documents.AUTHORITY);
        String pin = run("cp1", Documents.PIN).strip();
        var init =
                HOSTS.ssh()
                        .run(
                                "cp1",
                                "cat >/root/init.yaml; kubeadm init --config /root/init.yaml",
                                Documents.init(HOSTS.address("cp1")));
        assertThat(init.exitCode()).as(init.both()).isZero();
        var join =
                HOSTS.ssh()
                        .run(
                                "w1",
                                "cat >/root/join.yaml; kubeadm join --config /root/join.yaml",
                                Documents.join(HOSTS.address("cp1"), Documents.TOKEN, pin, "5m0s"));
        assertThat(join.exitCode()).as(join.both()).isZero();
    }

    /// A client with a certificate that `ca` signed for the subject.
    private static HttpClient client(String ca, String subject) throws Exception {
        run(
                "cp1",
                """
                cd /root && openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout c.key -out c.csr -subj '%s' 2>/dev/null &&
                printf 'extendedKeyUsage=clientAuth\\n' >c.ext &&
                openssl x509 -req -in c.csr -CA %2$s.crt -CAkey %2$s.key -CAcreateserial -days 1 -extfile c.ext -out c.crt 2>/dev/null
                """
                        .formatted(subject, ca));
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        byte[] key =
                Base64.getMimeDecoder()
                        .decode(run("cp1", "cat /root/c.key").replaceAll("-----[^-]+-----", ""));
        own.setKeyEntry(
                "c",
                KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)),
                new char[0],
                new Certificate[] {certificate("/root/c.crt")});
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", certificate("/etc/kubernetes/pki/ca.crt"));
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, new char[0]);
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(tls).build();
    }

    private static Certificate certificate(String file) throws Exception {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(
                                run("cp1", "cat " + file).getBytes(StandardCharsets.US_ASCII)));
    }

    private static HttpClient viewer() throws Exception {
        return client("/etc/kubernetes/pki/ca", "/O=slipway:executor:view/CN=slipway:run:1");
    }

    /// The machine's port behind the host's 6443; that itself while the host is off.
    private static String port() {
        try {
            return run(
                            "cp1",
                            "cat /.simulator/wire/listen/%s:6443/port || echo 6443"
                                    .formatted(HOSTS.address("cp1")))
                    .strip();
        } catch (IllegalStateException e) {
            return "6443";
        }
    }

    private static Answer get(HttpClient client, String path) throws Exception {
        var request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "https://%s:%s%s"
                                                .formatted(HOSTS.address("cp1"), port(), path)))
                        .timeout(Duration.ofSeconds(20))
                        .build();
        try {
            var response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), JSON.readTree(response.body()));
        } catch (IOException e) {
            return new Answer(0, JSON.createObjectNode().put("failure", e.toString()));
        }
    }

    @Test
    @Order(1)
    void letsInWhomTheClustersAuthoritySignedAndNobodyElse() throws Exception {
        HttpClient admin =
                client("/etc/kubernetes/pki/ca", "/O=kubeadm:cluster-admins/CN=somebody");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(get(admin, "/api/v1/nodes").status()).isEqualTo(200));

        HttpClient stranger =
                client("/etc/kubernetes/pki/front-proxy-ca", "/O=system:masters/CN=x");
        assertThat(get(stranger, "/api/v1/nodes").status()).isEqualTo(401);
        assertThat(get(admin, "/version").json().path("gitVersion").asText()).isEqualTo("v1.36.2");
        assertThat(get(admin, "/api/v1/secrets").status()).isEqualTo(404);
    }

    @Test
    @Order(2)
    void allowsAGroupWhatAppliedRolesGiveIt() throws Exception {
        HttpClient viewer = viewer();
        Answer before = get(viewer, "/api/v1/nodes");
        assertThat(before.status()).isEqualTo(403);
        assertThat(before.json().path("message").asText())
                .isEqualTo(
                        "nodes is forbidden: User \"slipway:run:1\" cannot list resource \"nodes\" in API group \"\" at the cluster scope");

        var applied = HOSTS.ssh().run("cp1", KUBECTL + "apply --server-side -f -", ACCESS);

        assertThat(applied.exitCode()).as(applied.both()).isZero();
        assertThat(get(viewer, "/api/v1/nodes").status()).isEqualTo(200);
        assertThat(get(viewer, "/api/v1/services").status()).as("not in the role").isEqualTo(403);
        HttpClient other = client("/etc/kubernetes/pki/ca", "/O=slipway:viewer/CN=eve");
        assertThat(get(other, "/api/v1/nodes").status()).as("another group").isEqualTo(403);
    }

    @Test
    @Order(3)
    void tellsTheSameAsKubectl() throws Exception {
        HttpClient viewer = viewer();

        JsonNode nodes = get(viewer, "/api/v1/nodes?limit=500").json();
        assertThat(nodes.path("kind").asText()).isEqualTo("NodeList");
        assertThat(nodes.path("items"))
                .extracting(n -> n.path("metadata").path("name").asText())
                .containsExactly("cp1", "w1");
        JsonNode first = nodes.path("items").path(0);
        assertThat(first.path("status").path("allocatable").path("memory").asText())
                .isEqualTo("4Gi");
        assertThat(first.path("status").path("conditions").path(0).path("type").asText())
                .isEqualTo("Ready");
        JsonNode pods = get(viewer, "/api/v1/namespaces/kube-system/pods").json().path("items");
        assertThat(pods)
                .extracting(p -> p.path("metadata").path("name").asText())
                .contains("kube-apiserver-cp1", "kube-proxy-w1")
                .hasSize(
                        (int)
                                run("cp1", KUBECTL + "get pods -n kube-system -o name")
                                        .lines()
                                        .count());
        assertThat(get(viewer, "/api/v1/namespaces/default/pods").json().path("items")).isEmpty();
        assertThat(get(viewer, "/api/v1/namespaces").json().path("items"))
                .extracting(n -> n.path("metadata").path("name").asText())
                .contains("default", "kube-system");
    }

    @Test
    @Order(4)
    void isThereAsLongAsItsHostIs() throws Exception {
        HttpClient viewer = viewer();
        HOSTS.simulator().host("cp1").powerOff();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(get(viewer, "/api/v1/nodes").status()).isZero());

        HOSTS.simulator().host("cp1").powerOn();

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(get(viewer, "/api/v1/nodes").status()).isEqualTo(200));
    }
}
