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
        return send(client, "GET", path, "");
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("https://%s:%s%s".formatted(HOSTS.address("cp1"), port(), path)))
                .timeout(Duration.ofSeconds(20));
    }

    private static Answer send(HttpClient client, String method, String path, String body)
            throws Exception {
        var request =
                request(path).method(method, HttpRequest.BodyPublishers.ofString(body)).build();
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

    private static HttpClient changer() throws Exception {
        var applied =
                HOSTS.ssh()
                        .run(
                                "cp1",
                                KUBECTL + "apply --server-side -f -",
                                ACCESS.replace("executor:view", "executor:nodes")
                                        .replace(
                                                """
                                                  - apiGroups: [""]
                                                    resources: ["nodes", "namespaces", "pods"]
                                                    verbs: ["get", "list"]
                                                """,
                                                """
                                                  - apiGroups: [""]
                                                    resources: ["nodes"]
                                                    verbs: ["get", "list", "watch", "patch", "delete"]
                                                  - apiGroups: [""]
                                                    resources: ["pods"]
                                                    verbs: ["list"]
                                                  - apiGroups: [""]
                                                    resources: ["pods/eviction"]
                                                    verbs: ["create"]
                                                """));
        assertThat(applied.exitCode()).as(applied.both()).isZero();
        return client("/etc/kubernetes/pki/ca", "/O=slipway:executor:nodes/CN=slipway:run:2");
    }

    @Test
    @Order(4)
    void patchesNodesAsTheyAre() throws Exception {
        String patch =
                "{\"metadata\":{\"labels\":{\"tier\":\"a\"}},\"spec\":{\"unschedulable\":true}}";
        assertThat(
                        send(viewer(), "PATCH", "/api/v1/nodes/w1", patch)
                                .json()
                                .path("message")
                                .asText())
                .isEqualTo(
                        "nodes is forbidden: User \"slipway:run:1\" cannot patch resource \"nodes\" in API group \"\" at the cluster scope");
        HttpClient changer = changer();

        Answer patched = send(changer, "PATCH", "/api/v1/nodes/w1", patch);

        assertThat(patched.status()).as("%s", patched).isEqualTo(200);
        assertThat(patched.json().path("metadata").path("labels").path("tier").asText())
                .isEqualTo("a");
        assertThat(run("cp1", KUBECTL + "get nodes w1 --no-headers"))
                .contains("SchedulingDisabled");

        String version = patched.json().path("metadata").path("resourceVersion").asText();
        String taints =
                "{\"metadata\":{\"resourceVersion\":\"%s\",\"labels\":{\"tier\":null}},\"spec\":{\"unschedulable\":null,\"taints\":[{\"key\":\"k\",\"value\":\"v\",\"effect\":\"NoSchedule\"}]}}"
                        .formatted(version);
        JsonNode tainted = send(changer, "PATCH", "/api/v1/nodes/w1", taints).json();
        assertThat(tainted.path("spec").path("taints"))
                .extracting(t -> t.path("key").asText() + "=" + t.path("value").asText())
                .containsOnlyOnce("k=v")
                .doesNotContain("node.kubernetes.io/unschedulable=");
        assertThat(tainted.path("metadata").path("labels").has("tier")).isFalse();
        assertThat(
                        send(changer, "PATCH", "/api/v1/nodes/w1", taints)
                                .json()
                                .path("reason")
                                .asText())
                .as("of a version that is gone")
                .isEqualTo("Conflict");
        send(changer, "PATCH", "/api/v1/nodes/w1", "{\"spec\":{\"taints\":[]}}");
        assertThat(send(changer, "PATCH", "/api/v1/nodes/w9", patch).status()).isEqualTo(404);
    }

    private static final String PODS =
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: web-0
              namespace: default
              labels: {app: web}
              ownerReferences:
                - {apiVersion: apps/v1, kind: ReplicaSet, name: web, uid: x, controller: true}
            spec:
              nodeName: w1
              containers: [{name: main, image: registry.example/web:1}]
            ---
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata: {name: web, namespace: default}
            spec:
              minAvailable: 1
              selector:
                matchLabels: {app: web}
            """;

    @Test
    @Order(5)
    void evictsWhatNoDisruptionBudgetHolds() throws Exception {
        HttpClient changer = changer();
        var applied = HOSTS.ssh().run("cp1", KUBECTL + "apply -f -", PODS);
        assertThat(applied.exitCode()).as(applied.both()).isZero();

        JsonNode pods =
                get(changer, "/api/v1/pods?fieldSelector=spec.nodeName%3Dw1").json().path("items");
        assertThat(pods)
                .extracting(
                        p -> p.path("metadata").path("name").asText(),
                        p ->
                                p.path("metadata")
                                        .path("ownerReferences")
                                        .path(0)
                                        .path("kind")
                                        .asText())
                .containsExactlyInAnyOrder(
                        org.assertj.core.api.Assertions.tuple("kube-proxy-w1", "DaemonSet"),
                        org.assertj.core.api.Assertions.tuple("web-0", "ReplicaSet"));
        String eviction = "/api/v1/namespaces/default/pods/web-0/eviction";
        Answer held = send(changer, "POST", eviction, "{\"kind\":\"Eviction\"}");
        assertThat(held.status()).isEqualTo(429);
        assertThat(held.json().path("message").asText())
                .isEqualTo("Cannot evict pod as it would violate the pod's disruption budget.");
        assertThat(held.json().path("details").path("causes").path(0).path("message").asText())
                .isEqualTo("The disruption budget web needs 1 healthy pods and has 1 currently");
        assertThat(
                        HOSTS.ssh()
                                .run("cp1", KUBECTL + "drain w1 --ignore-daemonsets --timeout=1s")
                                .both())
                .contains("Cannot evict pod", "global timeout reached: 1s");
        assertThat(send(changer, "DELETE", "/api/v1/namespaces/default/pods/web-0", "").status())
                .as("not in the role")
                .isEqualTo(403);

        run("cp1", KUBECTL + "uncordon w1");
        run("cp1", KUBECTL + "delete poddisruptionbudget web");
        String other = "{\"deleteOptions\":{\"preconditions\":{\"uid\":\"another\"}}}";
        assertThat(send(changer, "POST", eviction, other).status()).isEqualTo(409);
        assertThat(send(changer, "POST", eviction, "{}").status()).isEqualTo(201);
        assertThat(send(changer, "POST", eviction, "{}").status()).isEqualTo(404);
    }

    @Test
    @Order(6)
    void tellsWhatChangesSinceAList() throws Exception {
        HttpClient changer = changer();
        assertThat(get(viewer(), "/api/v1/nodes?watch=true").status()).isEqualTo(403);
        String version =
                get(changer, "/api/v1/nodes")
                        .json()
                        .path("metadata")
                        .path("resourceVersion")
                        .asText();
        assertThat(get(changer, "/api/v1/nodes?watch=true&resourceVersion=1").status())
                .as("forgotten")
                .isEqualTo(410);

        send(changer, "PATCH", "/api/v1/nodes/w1", "{\"spec\":{\"unschedulable\":true}}");
        var watched =
                changer.send(
                        request("/api/v1/nodes?watch=1&timeoutSeconds=1&resourceVersion=" + version)
                                .build(),
                        HttpResponse.BodyHandlers.ofLines());

        assertThat(watched.body().map(ApiIT::read))
                .anySatisfy(event -> {
                    assertThat(event.path("type").asText()).isEqualTo("MODIFIED");
                    assertThat(event.path("object").path("metadata").path("name").asText())
                            .isEqualTo("w1");
                    assertThat(event.path("object").path("spec").path("unschedulable").asBoolean())
                            .isTrue();
                });
    }

    private static JsonNode read(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }

    @Test
    @Order(7)
    void deletesTheNodeThatIsMeant() throws Exception {
        HttpClient changer = changer();
        String uid = get(changer, "/api/v1/nodes/w1").json().path("metadata").path("uid").asText();
        String body = "{\"kind\":\"DeleteOptions\",\"preconditions\":{\"uid\":\"%s\"}}";

        assertThat(
                        send(changer, "DELETE", "/api/v1/nodes/w1", body.formatted("another"))
                                .json()
                                .path("message")
                                .asText())
                .contains(
                        "Precondition failed: UID in precondition: another, UID in object meta: "
                                + uid);
        assertThat(send(changer, "DELETE", "/api/v1/nodes/w1", body.formatted(uid)).status())
                .isEqualTo(200);
        assertThat(get(changer, "/api/v1/nodes/w1").status()).isEqualTo(404);
        assertThat(run("cp1", KUBECTL + "get nodes -o name")).doesNotContain("w1");
    }

    @Test
    @Order(8)
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
