package dev.slipway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.simulator.SshTestClient.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A cluster's life with authority and token made beforehand; the tests build on each other.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterIT {

    @RegisterExtension static final SimulatedHosts HOSTS = new SimulatedHosts(2, 3);

    private static final String KUBECTL = "KUBECONFIG=/etc/kubernetes/admin.conf kubectl ";
    private static String pin = "";

    private static Outcome run(String host, String command) {
        return HOSTS.ssh().run(host, command);
    }

    private static Outcome join(String host, String token, String pinned, String discovery) {
        return HOSTS.ssh()
                .run(
                        host,
                        "cat >/root/join.yaml; kubeadm join --config /root/join.yaml",
                        Documents.join(HOSTS.address("cp1"), token, pinned, discovery));
    }

    @BeforeAll
    static void preparesTheHosts() {
        for (String host : new String[] {"cp1", "w1", "w2"}) {
            assertThat(HOSTS.ssh().run(host, "sh -s", Documents.PREPARE).both())
                    .doesNotContain("rror");
        }
        assertThat(run("cp1", Documents.AUTHORITY).exitCode()).isZero();
        pin = run("cp1", Documents.PIN).output().strip();
    }

    @Test
    @Order(1)
    void joinGivesUpWhereNothingListens() {
        var outcome = join("w1", Documents.TOKEN, pin, "15s");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.errors())
                .contains(
                        "couldn't validate the identity of the API Server: failed to request the cluster-info ConfigMap",
                        "connect: connection refused");
        assertThat(run("w1", "ls /etc/kubernetes/kubelet.conf").exitCode()).isNotZero();
    }

    @Test
    @Order(2)
    void initUsesTheGivenAuthorityAndJoinWaitsForTheSignature() {
        String before =
                run("cp1", "sha256sum /etc/kubernetes/pki/ca.* /etc/kubernetes/pki/sa.*").output();
        var init =
                HOSTS.ssh()
                        .run(
                                "cp1",
                                "cat >/root/init.yaml; kubeadm config validate --config /root/init.yaml && kubeadm init --config /root/init.yaml",
                                Documents.init(HOSTS.address("cp1")));
        assertThat(init.exitCode()).as(init.both()).isZero();
        assertThat(init.output())
                .contains(
                        "[certs] Using existing ca certificate authority",
                        "[certs] Using the existing \"sa\" key",
                        "Your Kubernetes control-plane has initialized successfully!",
                        "sha256:" + pin);
        assertThat(
                        run("cp1", "sha256sum /etc/kubernetes/pki/ca.* /etc/kubernetes/pki/sa.*")
                                .output())
                .isEqualTo(before);
        assertThat(run("cp1", "kubeadm token list -o json").output()).contains(Documents.TOKEN);

        var join = join("w1", Documents.TOKEN, pin, "5m0s");
        assertThat(join.exitCode()).as(join.both()).isZero();
        assertThat(run("cp1", KUBECTL + "-n kube-public get cm cluster-info -o yaml").output())
                .contains("jws-kubeconfig-abcdef");
    }

    @Test
    @Order(3)
    void leavesTheFilesAndModesOfTheRealOne() {
        String list = "stat -c '%a %n' ";
        assertThat(
                        run(
                                        "cp1",
                                        list
                                                + "/etc/kubernetes/*.conf /etc/kubernetes/manifests/*.yaml /etc/kubernetes/pki/apiserver.* /var/lib/kubelet/config.yaml /var/lib/etcd/member")
                                .output())
                .isEqualTo(
                        """
                        600 /etc/kubernetes/admin.conf
                        600 /etc/kubernetes/controller-manager.conf
                        600 /etc/kubernetes/kubelet.conf
                        600 /etc/kubernetes/scheduler.conf
                        600 /etc/kubernetes/super-admin.conf
                        600 /etc/kubernetes/manifests/etcd.yaml
                        600 /etc/kubernetes/manifests/kube-apiserver.yaml
                        600 /etc/kubernetes/manifests/kube-controller-manager.yaml
                        600 /etc/kubernetes/manifests/kube-scheduler.yaml
                        644 /etc/kubernetes/pki/apiserver.crt
                        600 /etc/kubernetes/pki/apiserver.key
                        644 /var/lib/kubelet/config.yaml
                        700 /var/lib/etcd/member
                        """);
        assertThat(
                        run(
                                        "w1",
                                        "cd /etc/kubernetes && find . -type f | sort && ls -d bootstrap-kubelet.conf")
                                .output())
                .isEqualTo("./kubelet.conf\n./pki/ca.crt\n");
    }

    @Test
    @Order(4)
    void refusesWhatWasDoneAlready() {
        var init = run("cp1", "kubeadm init --config /root/init.yaml");
        assertThat(init.exitCode()).isEqualTo(1);
        assertThat(init.errors())
                .contains(
                        "[ERROR Port-6443]",
                        "[ERROR Port-2379]",
                        "[ERROR FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml]",
                        "[ERROR DirAvailable--var-lib-etcd]: /var/lib/etcd is not empty",
                        "error: error execution phase preflight: preflight checks failed");
        var join = run("w1", "kubeadm join --config /root/join.yaml");
        assertThat(join.exitCode()).isEqualTo(1);
        assertThat(join.errors())
                .contains(
                        "[ERROR FileAvailable--etc-kubernetes-kubelet.conf]",
                        "[ERROR Port-10250]",
                        "[ERROR FileAvailable--etc-kubernetes-pki-ca.crt]");
    }

    @Test
    @Order(5)
    void tellsWrongTokensAndPinsApartByTextOnly() {
        assertThat(join("w2", "aaaaaa.0123456789abcdef", pin, "10s").errors())
                .contains(
                        "could not find a JWS signature in the cluster-info ConfigMap for token ID \"aaaaaa\"");
        assertThat(join("w2", "abcdef.aaaaaaaaaaaaaaaa", pin, "10s").errors())
                .contains("failed to verify JWS signature of received cluster info object");
        assertThat(join("w2", Documents.TOKEN, "0".repeat(64), "10s").errors())
                .contains("none of the public keys \"sha256:" + pin + "\" are pinned");
        assertThat(join("w2", Documents.TOKEN, "00", "10s").errors())
                .contains(
                        "invalid discovery token CA certificate hash",
                        "expected a 32 byte SHA-256 hash");
        assertThat(run("w2", "ls /etc/kubernetes/kubelet.conf").exitCode()).isNotZero();
    }

    @Test
    @Order(6)
    void nodesAreReadyOnceThereIsANetwork() {
        assertThat(join("w2", Documents.TOKEN, pin, "5m0s").exitCode()).isZero();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(run("cp1", KUBECTL + "get nodes").output())
                                .containsPattern("w2 +NotReady"));
        assertThat(HOSTS.ssh().run("cp1", KUBECTL + "apply -f -", Documents.CNI).output())
                .isEqualTo(
                        "namespace/kube-flannel created\ndaemonset.apps/kube-flannel-ds created\n");
        var ready = run("cp1", KUBECTL + "wait --for=condition=Ready node --all --timeout=30s");
        assertThat(ready.output())
                .isEqualTo(
                        "node/cp1 condition met\nnode/w1 condition met\nnode/w2 condition met\n");
        assertThat(
                        run(
                                        "cp1",
                                        KUBECTL
                                                + "get nodes -o jsonpath='{range .items[*]}{.metadata.name}={.status.conditions[?(@.type==\"Ready\")].status}{\"\\n\"}{end}'")
                                .output())
                .isEqualTo("cp1=True\nw1=True\nw2=True\n");
    }

    @Test
    @Order(7)
    void marksNodesAndRefusesToOverwrite() {
        assertThat(
                        run(
                                        "cp1",
                                        KUBECTL
                                                + "label node w1 disk=ssd node-role.kubernetes.io/worker=")
                                .exitCode())
                .isZero();
        assertThat(run("cp1", KUBECTL + "label node w1 disk=hdd").errors())
                .contains("--overwrite is false");
        assertThat(run("cp1", KUBECTL + "taint node w1 dedicated=gpu:NoSchedule").output())
                .isEqualTo("node/w1 tainted\n");
        assertThat(run("cp1", KUBECTL + "taint node w1 none:NoSchedule-").errors())
                .isEqualTo("error: taint \"none:NoSchedule\" not found\n");
        assertThat(run("cp1", KUBECTL + "get node w1 -o json").output())
                .contains(
                        "\"disk\":\"ssd\"",
                        "\"key\":\"dedicated\"",
                        "\"node-role.kubernetes.io/worker\":\"\"");
    }

    @Test
    @Order(8)
    void aNodeWhoseKubeletStopsIsNotReadyAndComesBackAfterAReboot() {
        run("w2", "systemctl stop kubelet");
        assertThat(run("cp1", KUBECTL + "get node w2").output()).containsPattern("w2 +NotReady");
        run("w2", "reboot");
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() ->
                        run("cp1", KUBECTL + "get node w2").output().matches("(?s).*w2 +Ready .*"));
    }

    @Test
    @Order(9)
    void onlyTheClustersOwnCertificatesAreTrusted() {
        String other =
                "sed 's/certificate-authority-data:.*/certificate-authority-data: '$(base64 -w0 /etc/kubernetes/pki/front-proxy-ca.crt)'/' /etc/kubernetes/admin.conf >/root/other.conf; ";
        assertThat(run("cp1", other + "kubectl --kubeconfig /root/other.conf get nodes").errors())
                .contains("x509: certificate signed by unknown authority");
        String node = "kubectl --kubeconfig /etc/kubernetes/kubelet.conf ";
        assertThat(run("w1", node + "get nodes -o name").output()).contains("node/w1");
        assertThat(run("w1", node + "delete node w2").errors())
                .contains("Error from server (Forbidden)");
        assertThat(run("w1", "kubectl get nodes").errors()).contains("localhost:8080 was refused");
    }

    @Test
    @Order(10)
    void renewsCertificatesAndSaysSoOnlyInItsLines() {
        String serial = "openssl x509 -in /etc/kubernetes/pki/apiserver.crt -noout -serial";
        String before = run("cp1", serial).output();
        assertThat(run("cp1", "kubeadm certs renew all").output())
                .contains("certificate apiserver renewed");
        assertThat(run("cp1", serial).output()).isNotEqualTo(before);
        assertThat(run("cp1", "kubeadm certs check-expiration -o json").output())
                .contains("\"kind\":\"CertificateExpirationInfo\"", "\"name\":\"apiserver\"");
        var worker = run("w1", "kubeadm certs renew all");
        assertThat(worker.exitCode()).isZero();
        assertThat(worker.output()).contains("MISSING!").doesNotContain(" renewed");
        assertThat(run("w1", "kubeadm certs check-expiration").errors())
                .contains("Error checking external CA condition");
    }

    @Test
    @Order(11)
    void resetLeavesWhatTheRealOneLeaves() {
        assertThat(run("w1", "kubeadm reset </dev/null").exitCode()).isEqualTo(1);
        assertThat(
                        run("w1", "mkdir -p /etc/cni/net.d /etc/kubernetes/tmp; kubeadm reset -f")
                                .exitCode())
                .isZero();
        assertThat(
                        run(
                                        "w1",
                                        "find /etc/kubernetes /var/lib/kubelet /etc/cni -mindepth 1 | sort")
                                .output())
                .isEqualTo(
                        "/etc/cni/net.d\n/etc/kubernetes/manifests\n/etc/kubernetes/pki\n/etc/kubernetes/tmp\n");
        assertThat(run("cp1", KUBECTL + "get node w1").output()).containsPattern("w1 +NotReady");
        assertThat(run("cp1", KUBECTL + "delete node w1").output())
                .isEqualTo("node \"w1\" deleted\n");
        assertThat(join("w1", Documents.TOKEN, pin, "5m0s").exitCode()).isZero();
    }

    @Test
    @Order(12)
    void anotherClusterCanBeMadeAfterAReset() {
        assertThat(run("cp1", "kubeadm reset -f; ls /etc/kubernetes/pki /var/lib/etcd").output())
                .endsWith("/etc/kubernetes/pki:\n\n/var/lib/etcd:\n");
        assertThat(
                        run("cp1", Documents.AUTHORITY + "\nkubeadm init --config /root/init.yaml")
                                .exitCode())
                .isZero();
        assertThat(run("cp1", KUBECTL + "get nodes -o name").output()).isEqualTo("node/cp1\n");
        assertThat(
                        run("w2", "kubectl --kubeconfig /etc/kubernetes/kubelet.conf get nodes")
                                .errors())
                .contains("certificate signed by unknown authority");
    }
}
