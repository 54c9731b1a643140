package dev.slipway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.simulator.SshTestClient.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The life of a k0s cluster of three controllers and two workers whose authority and tokens were
/// made beforehand; the tests build on each other.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("soak")
class K0sClusterIT {
    @RegisterExtension
    static final SimulatedHosts HOSTS = new SimulatedHosts(51, "cp1", "cp2", "cp3", "w1", "w2");

    private static final K0sHost CP1 = new K0sHost(HOSTS, "cp1");
    private static final K0sHost CP2 = new K0sHost(HOSTS, "cp2");
    private static final K0sHost CP3 = new K0sHost(HOSTS, "cp3");
    private static final K0sHost W1 = new K0sHost(HOSTS, "w1");
    private static final K0sHost W2 = new K0sHost(HOSTS, "w2");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /// No one approves but who is asked to.
    private static final String CONTROLLER =
            "controller --config /etc/k0s/k0s.yaml --data-dir /var/lib/k0s --disable-components csr-approver";

    private static final String AUTHORITY =
            """
            set -e
            mkdir -p /var/lib/k0s/pki/etcd && cd /var/lib/k0s/pki
            for ca in ca:slipway etcd/ca:slipway-etcd front-proxy-ca:slipway-front; do
                openssl req -x509 -newkey rsa:2048 -nodes -keyout "${ca%:*}.key" -out "${ca%:*}.crt" -days 3650 -subj "/CN=${ca#*:}" \
                    -addext keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign 2>/dev/null
            done
            openssl genrsa -out sa.key 2048 2>/dev/null
            openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null
            """;

    private static String controllerToken = "";
    private static String workerToken = "";

    private static String config(K0sHost host) {
        return """
        apiVersion: k0s.k0sproject.io/v1beta1
        kind: ClusterConfig
        metadata:
          name: k0s
        spec:
          api:
            address: %1$s
            sans: [%1$s, api.example.org]
          storage:
            type: etcd
            etcd:
              peerAddress: %1$s
        """
                .formatted(host.address());
    }

    /// A token that only its own files know of; returns the word.
    private static String preShared(String role, String port, String folder, String more) {
        CP1.get(
                "mkdir -p %1$s && cd %1$s && rm -f token_* && k0s token pre-shared --role %2$s --cert /var/lib/k0s/pki/ca.crt --url https://%3$s:%4$s --out . %5$s"
                        .formatted(folder, role, CP1.address(), port, more));
        return CP1.get("cat %1$s/token_*; rm %1$s/token_*".formatted(folder)).strip();
    }

    @BeforeAll
    static void preparesTheHosts() {
        for (K0sHost host : List.of(CP1, CP2, CP3, W1, W2)) {
            host.with(K0sHost.RELEASE);
        }
        for (K0sHost host : List.of(CP1, CP2, CP3)) {
            host.put("/etc/k0s/k0s.yaml", config(host));
        }
        CP1.get(AUTHORITY);
        controllerToken =
                preShared("controller", "9443", "/var/lib/k0s/manifests/slipway", "--valid 1h");
        workerToken = preShared("worker", "6443", "/var/lib/k0s/manifests/slipway", "");
    }

    @Test
    @Order(1)
    void theFirstControllerUsesThePairsThatLieThere() {
        String before =
                CP1.get(
                        "sha256sum /var/lib/k0s/pki/*ca.* /var/lib/k0s/pki/*/ca.* /var/lib/k0s/pki/sa.*");

        CP1.start(CONTROLLER, "");
        CP1.awaitUp();

        assertThat(
                        CP1.get(
                                "sha256sum /var/lib/k0s/pki/*ca.* /var/lib/k0s/pki/*/ca.* /var/lib/k0s/pki/sa.*"))
                .isEqualTo(before);
        assertThat(CP1.kubectl("get --raw=/readyz")).isEqualTo("ok");
        assertThat(
                        CP1.get(
                                "cd /var/lib/k0s/pki && openssl verify -CAfile ca.crt server.crt admin.crt && openssl x509 -in server.crt -noout -ext subjectAltName"))
                .contains("server.crt: OK", "DNS:api.example.org", "IP Address:" + CP1.address());
        assertThat(
                        CP1.get(
                                "stat -c '%a %n' /var/lib/k0s/pki /var/lib/k0s/pki/etcd /var/lib/k0s/pki/ca.key /var/lib/k0s/pki/ca.crt /var/lib/k0s/pki/admin.conf"))
                .isEqualTo(
                        """
                        751 /var/lib/k0s/pki
                        711 /var/lib/k0s/pki/etcd
                        640 /var/lib/k0s/pki/ca.key
                        644 /var/lib/k0s/pki/ca.crt
                        600 /var/lib/k0s/pki/admin.conf
                        """);
        assertThat(
                        CP1.get(
                                "grep server: /var/lib/k0s/pki/admin.conf; k0s kubeconfig admin | grep server:"))
                .isEqualTo(
                        "    server: https://localhost:6443\n    server: https://%s:6443\n"
                                .formatted(CP1.address()));
    }

    @Test
    @Order(2)
    void tellsItsStatusAndIsNoNode() {
        assertThat(CP1.get("k0s status -o json"))
                .contains(
                        "   \"Version\": \"v1.36.2+k0s.0\",\n",
                        "   \"Role\": \"controller\",\n",
                        "   \"Workloads\": false,\n",
                        "   \"StubFile\": \"/etc/systemd/system/k0scontroller.service\",\n",
                        "\"--config=/etc/k0s/k0s.yaml\"",
                        "\"DataDir\": \"/var/lib/k0s\"");
        assertThat(CP1.run("k0s kubectl get nodes").errors()).isEqualTo("No resources found\n");
        assertThat(CP1.members())
                .isEqualTo("{\"members\":{\"cp1\":\"https://%s:2380\"}}".formatted(CP1.address()));
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(CP1.get("k0s token list"))
                                .containsPattern("controller")
                                .containsPattern("worker"));
    }

    @Test
    @Order(3)
    void refusesTokensOfAnotherRoleOrOfNobody() {
        CP2.put("/etc/k0s/controller-token", workerToken);
        CP2.start(CONTROLLER, "--token-file /etc/k0s/controller-token");
        CP2.awaitSaid(
                "failed to join controller: wrong token type kubelet-bootstrap, expected type: controller-bootstrap");
        assertThat(CP2.run("k0s status").errors())
                .isEqualTo("Error: status: can't do http request: /run/k0s/status.sock status\n");

        CP2.put("/etc/k0s/controller-token", preShared("controller", "9443", "/root/unknown", ""));
        CP2.awaitSaid(
                "failed to join controller: failed to sync CA: the server has asked for the client to provide credentials");

        CP2.get("k0s stop; rm /etc/k0s/controller-token; k0s start");
        CP2.awaitSaid("token file \"/etc/k0s/controller-token\" not found: obtain a new token");

        CP2.put("/etc/k0s/controller-token", "no token");
        CP2.awaitSaid("failed to create join client: failed to decode token");
        assertThat(CP1.members()).doesNotContain("cp2");
    }

    @Test
    @Order(4)
    void refusesTokensThatAreOverOrOfAnotherAuthority() {
        String over = preShared("controller", "9443", "/var/lib/k0s/manifests/over", "--valid 1s");
        CP2.get("rm -f /.simulator/state/*.journal");
        CP2.put("/etc/k0s/controller-token", over);
        CP2.awaitSaid("the server has asked for the client to provide credentials");

        CP1.get(
                "rm -r /var/lib/k0s/manifests/over; openssl req -x509 -newkey rsa:2048 -nodes -keyout /root/o.key -out /root/o.crt -subj /CN=slipway 2>/dev/null");
        CP1.get(
                "cd /root && k0s token pre-shared --role controller --cert o.crt --url https://%s:9443 --out ."
                        .formatted(CP1.address()));
        CP2.put("/etc/k0s/controller-token", CP1.get("cat /root/token_*"));
        CP2.awaitSaid("x509: certificate signed by unknown authority");
        CP2.get("k0s stop");
        assertThat(CP1.members()).doesNotContain("cp2");
    }

    @Test
    @Order(5)
    void twoThatJoinAtOnceBecomeMembersOneAfterTheOther() throws Exception {
        for (K0sHost host : List.of(CP2, CP3)) {
            host.put("/etc/k0s/controller-token", controllerToken);
            HOSTS.simulator()
                    .host(host.name())
                    .inject(Fault.slow("k0s", "controller/etcd-learner", 100));
        }

        for (K0sHost host : List.of(CP2, CP3)) {
            host.get(
                    "rm -f /.simulator/state/*.journal; k0s install %s --token-file /etc/k0s/controller-token --debug --force && k0s start"
                            .formatted(CONTROLLER));
        }
        CP2.awaitUp();
        CP3.awaitUp();

        assertThat(CP2.journal() + CP3.journal())
                .containsAnyOf("unhealthy cluster", "too many learner members in cluster");
        assertThat(CP3.members())
                .isEqualTo(
                        "{\"members\":{\"cp1\":\"https://%s:2380\",\"cp2\":\"https://%s:2380\",\"cp3\":\"https://%s:2380\"}}"
                                .formatted(CP1.address(), CP2.address(), CP3.address()));
        assertThat(
                        CP2.get(
                                "sha256sum /var/lib/k0s/pki/ca.crt /var/lib/k0s/pki/sa.key /var/lib/k0s/pki/etcd/ca.key"))
                .isEqualTo(
                        CP1.get(
                                "sha256sum /var/lib/k0s/pki/ca.crt /var/lib/k0s/pki/sa.key /var/lib/k0s/pki/etcd/ca.key"));
        assertThat(CP2.kubectl("get controlnodes -o name").lines()).hasSize(3);
    }

    @Test
    @Order(6)
    void aWorkerJoinsWithAToken() {
        W1.put("/etc/k0s/worker-token", controllerToken);
        W1.start(
                "worker",
                "--token-file /etc/k0s/worker-token --labels disk=ssd --taints a=b:NoSchedule");
        W1.awaitSaid("wrong token type controller-bootstrap, expected type: kubelet-bootstrap");

        W1.put("/etc/k0s/worker-token", workerToken);
        // What the first token named stays there.
        W1.awaitUp();

        assertThat(W1.get("k0s status -o json; ls /var/lib/k0s; rm /etc/k0s/worker-token"))
                .contains("\"Role\": \"worker\"", "\"Success\": true", "kubelet.conf");
        assertThat(CP1.kubectl("get node w1 -o json"))
                .contains(
                        "\"disk\":\"ssd\"", "\"key\":\"a\"", "\"kubeletVersion\":\"v1.36.2+k0s\"");
        assertThat(CP1.kubectl("wait --for=condition=Ready node/w1 --timeout=50s"))
                .isEqualTo("node/w1 condition met\n");
    }

    @Test
    @Order(7)
    void aWorkerJoinsWithACertificateThatWasIssuedBeforehand() {
        W2.start("worker", "--kubelet-extra-args=--hostname-override=worker-2");
        W2.awaitSaid("dunno how to make kubelet authenticate to API server");

        issue("w2");
        W2.awaitSaid("is not allowed to modify node");
        issue("worker-2");

        assertThat(W2.get("k0s stop; k0s start; sleep 1")).isEmpty();
        W2.awaitUp();
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(CP1.kubectl("get nodes")).containsPattern("worker-2 +Ready"));
        assertThat(CP1.kubectl("get csr"))
                .containsPattern(
                        "kube-apiserver-client-kubelet +system:bootstrap:.{6} .*Approved,Issued")
                .doesNotContainPattern("client-kubelet +system:node:worker-2");
    }

    private static void issue(String node) {
        W2.put("/root/authority", CP1.get("cat /var/lib/k0s/pki/ca.crt /var/lib/k0s/pki/ca.key"));
        W2.put(
                "/root/kubelet.conf",
                CP1.get(
                        "k0s kubeconfig create system:node:%s --groups system:nodes"
                                .formatted(node)));
        W2.get(
                "mkdir -p /var/lib/k0s && rm /root/authority && mv /root/kubelet.conf /var/lib/k0s/kubelet.conf");
    }

    @Test
    @Order(8)
    void requestsOfKubeletsWaitUntilSomebodyApprovesThem() {
        assertThat(CP1.kubectl("get csr"))
                .containsPattern("kubelet-serving +system:node:w1 .*Pending")
                .containsPattern("kubelet-serving +system:node:worker-2 .*Pending");

        String pending =
                "get csr -o jsonpath='{range .items[?(@.spec.signerName==\"kubernetes.io/kubelet-serving\")]}{.metadata.name}{\"\\n\"}{end}'";
        assertThat(CP1.get("k0s kubectl certificate approve $(k0s kubectl %s)".formatted(pending)))
                .contains(" approved\n");

        assertThat(CP1.kubectl("get csr"))
                .containsPattern("system:node:w1 .*Approved,Issued")
                .doesNotContain("Pending");
        assertThat(CP1.run("k0s kubectl certificate approve none").errors())
                .contains("certificatesigningrequests.certificates.k8s.io \"none\" not found");
    }

    @Test
    @Order(9)
    void aMemberLeavesByAnotherAndOnlyIfTheRestIsAMajority() {
        CP3.get("k0s stop");

        assertThat(CP3.run("k0s etcd leave --peer-address " + CP3.address()).errors())
                .contains(
                        "etcd member list failed",
                        "dial tcp 127.0.0.1:2379: connect: connection refused");
        Outcome refused = CP1.run("k0s etcd leave --peer-address " + CP2.address());
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.errors())
                .contains("etcdserver: re-configuration failed due to not enough started members");
        assertThat(CP1.run("k0s etcd leave --peer-address 10.0.0.9").errors())
                .contains("peer not found: https://10.0.0.9:2380");
    }

    @Test
    @Order(10)
    void aMemberThatWasResetWithoutLeavingIsInTheWayOfItsOwnReturn() {
        CP3.get("k0s reset");
        CP3.start(CONTROLLER, "--debug --token-file /etc/k0s/controller-token");
        CP3.awaitSaid("etcdserver: unhealthy cluster");

        CP1.get("k0s etcd leave --peer-address " + CP3.address());

        CP3.awaitUp();
        assertThat(CP3.members()).contains("cp1", "cp2", "cp3");
    }

    @Test
    @Order(11)
    void whatWasTakenOutEndsAndIsResetOnceItStopped() {
        CP1.get("k0s etcd leave --peer-address " + CP3.address());
        CP3.awaitSaid("the member has been permanently removed from the cluster");
        assertThat(CP3.run("k0s kubectl get nodes").errors()).contains("refused");
        assertThat(CP3.run("k0s reset").errors())
                .isEqualTo("Error: k0s seems to be running! please stop k0s before reset.\n");

        CP3.get("k0s stop && k0s reset");

        assertThat(
                        CP3.get(
                                "ls -d /usr/local/bin/k0s /etc/k0s/k0s.yaml; ls /var/lib /etc/systemd/system"))
                .contains("/usr/local/bin/k0s", "/etc/k0s/k0s.yaml")
                .doesNotContain("k0scontroller", "\nk0s\n");
        assertThat(CP1.members()).doesNotContain("cp3");
    }

    @Test
    @Order(12)
    void controllersGoFirstAndOneMinorAtATime() {
        W1.with("v1.37.0+k0s.0").get("k0s stop; k0s start");
        W1.awaitSaid("configmaps \"worker-config-default-1.37\" not found");
        CP2.with("v1.38.0+k0s.0").get("k0s stop; k0s start");
        CP2.awaitSaid("v1.38.0+k0s.0 skips a minor version after v1.36.2+k0s.0");

        for (K0sHost host : List.of(CP2, CP1)) {
            host.with("v1.37.0+k0s.0");
            assertThat(host.get("k0s version")).isEqualTo("v1.37.0+k0s.0\n");
            host.get("k0s stop; k0s start");
            host.awaitUp();
            assertThat(host.get("k0s status")).startsWith("Version: v1.37.0+k0s.0\n");
        }

        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(CP1.kubectl("get nodes"))
                                .containsPattern("w1 +Ready .*v1.37.0\\+k0s")
                                .containsPattern("worker-2 +Ready .*v1.36.2\\+k0s"));
        CP2.with(K0sHost.RELEASE).get("k0s stop; k0s start");
        CP2.awaitSaid("etcd: cluster cannot be downgraded");
        CP2.with("v1.37.0+k0s.0");
        CP2.awaitUp();
    }

    @Test
    @Order(13)
    void whatRunsGoesOnWithTheReleaseItWasStartedWith() {
        W2.with("v1.37.0+k0s.0");

        assertThat(W2.get("k0s version; k0s status"))
                .startsWith("v1.37.0+k0s.0\nVersion: v1.36.2+k0s.0\n");
    }

    @Test
    @Order(14)
    void comesBackAfterAPowerCut() {
        for (K0sHost host : List.of(CP1, CP2, W1)) {
            HOSTS.simulator().host(host.name()).powerOff();
        }
        for (K0sHost host : List.of(CP1, CP2, W1)) {
            HOSTS.simulator().host(host.name()).powerOn();
        }

        CP1.awaitUp();
        CP2.awaitUp();
        W1.awaitUp();
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(CP2.kubectl("get nodes"))
                                .containsPattern("w1 +Ready")
                                .containsPattern("worker-2 +Ready"));
    }

    @Test
    @Order(15)
    void anotherClusterCanBeMadeAfterAReset() {
        for (K0sHost host : List.of(W1, W2, CP2, CP1)) {
            host.clean();
        }
        assertThat(CP1.get("ls /.simulator/wire/clusters")).isEmpty();

        CP1.start("controller", "--single");
        CP1.awaitUp();

        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(CP1.kubectl("get nodes"))
                                .containsPattern("cp1 +Ready +control-plane"));
        assertThat(CP1.run("k0s token create --role controller").errors())
                .contains("refusing to create token");
        assertThat(CP1.run("k0s etcd member-list").exitCode()).isEqualTo(1);
    }
}
