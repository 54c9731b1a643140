package dev.slipway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.SshTestClient.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Control planes of one cluster, as kubeadm and etcd have them; the tests build on each other.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ControlPlanesIT {
    @RegisterExtension static final SimulatedHosts HOSTS = new SimulatedHosts(9, 3);

    private static final String KUBECTL = "kubectl --kubeconfig /etc/kubernetes/admin.conf ";
    private static final String ETCDCTL =
            KUBECTL
                    + "-n kube-system exec etcd-cp1 -- etcdctl --endpoints https://127.0.0.1:2379 --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/healthcheck-client.crt --key /etc/kubernetes/pki/etcd/healthcheck-client.key ";

    private static String pin = "";
    private static String authority = "";

    private static Outcome run(String host, String command) {
        return HOSTS.ssh().run(host, command);
    }

    private static Outcome join(String host) {
        return HOSTS.ssh()
                .run(
                        host,
                        "cat >/root/join.yaml; kubeadm join --config /root/join.yaml",
                        Documents.join(HOSTS.address("cp1"), Documents.TOKEN, pin, "5m0s")
                                + "controlPlane:\n  localAPIEndpoint:\n    advertiseAddress: %s\n"
                                        .formatted(HOSTS.address(host)));
    }

    private static void bringAuthority(String host) {
        assertThat(
                        HOSTS.ssh()
                                .run(
                                        host,
                                        "mkdir -p /etc/kubernetes/pki && cd /etc/kubernetes/pki && base64 -d | tar xf -",
                                        authority)
                                .exitCode())
                .isZero();
    }

    @BeforeAll
    static void makesTheFirstOne() {
        for (String host : new String[] {"cp1", "w1", "w2"}) {
            assertThat(HOSTS.ssh().run(host, "sh -s", Documents.PREPARE).both())
                    .doesNotContain("rror");
        }
        assertThat(run("cp1", Documents.AUTHORITY).exitCode()).isZero();
        pin = run("cp1", Documents.PIN).output().strip();
        authority =
                run(
                                "cp1",
                                "cd /etc/kubernetes/pki && tar cf - ca.* sa.* front-proxy-ca.* etcd/ca.* | base64")
                        .output();
        var init =
                HOSTS.ssh()
                        .run(
                                "cp1",
                                "cat >/root/init.yaml; kubeadm init --config /root/init.yaml",
                                Documents.init(HOSTS.address("cp1"))
                                        + "apiServer: {certSANs: [api.example.org]}\n");
        assertThat(init.exitCode()).as(init.both()).isZero();
    }

    @Test
    @Order(1)
    void namesEveryFileThatAnotherControlPlaneLacks() {
        Outcome outcome = join("w1");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.errors())
                .contains(
                        "one or more conditions for hosting a new control plane instance is not satisfied",
                        "/etc/kubernetes/pki/front-proxy-ca.crt: no such file",
                        "/etc/kubernetes/pki/sa.key: no such file");
        assertThat(run("cp1", ETCDCTL + "member list").output().lines()).hasSize(1);
    }

    @Test
    @Order(2)
    void twoThatJoinAtOnceBecomeMembersOneAfterTheOther() throws Exception {
        bringAuthority("w1");
        bringAuthority("w2");
        HOSTS.simulator().host("w1").inject(Fault.slow("kubeadm", "join/etcd-learner", 60));
        HOSTS.simulator().host("w2").inject(Fault.slow("kubeadm", "join/etcd-learner", 60));

        // The common pool of a machine with two cores would run one after the other.
        Executor threads = Thread::startVirtualThread;
        var first = CompletableFuture.supplyAsync(() -> join("w1"), threads);
        var second = CompletableFuture.supplyAsync(() -> join("w2"), threads);

        assertThat(first.get().exitCode()).as(first.get().both()).isZero();
        assertThat(second.get().exitCode()).as(second.get().both()).isZero();
        assertThat(first.get().errors() + second.get().errors())
                .contains("too many learner members in cluster");
        assertThat(run("cp1", ETCDCTL + "member list").output().lines())
                .hasSize(3)
                .allMatch(line -> line.endsWith(", false"));
    }

    @Test
    @Order(3)
    void makesWhatTheRealOneMakes() {
        assertThat(
                        run(
                                        "w1",
                                        "cd /etc/kubernetes && ls *.conf manifests && stat -c %a admin.conf pki/apiserver.key pki/apiserver.crt manifests/etcd.yaml")
                                .output())
                .isEqualTo(
                        """
                        admin.conf
                        controller-manager.conf
                        kubelet.conf
                        scheduler.conf

                        manifests:
                        etcd.yaml
                        kube-apiserver.yaml
                        kube-controller-manager.yaml
                        kube-scheduler.yaml
                        600
                        600
                        644
                        600
                        """);
        assertThat(
                        run(
                                        "w1",
                                        "cd /etc/kubernetes/pki && openssl verify -CAfile ca.crt apiserver.crt && openssl x509 -in apiserver.crt -noout -ext subjectAltName")
                                .output())
                .contains(
                        "apiserver.crt: OK",
                        "DNS:w1",
                        "DNS:api.example.org",
                        "IP Address:" + HOSTS.address("w1"),
                        "IP Address:" + HOSTS.address("cp1"));
        assertThat(run("w2", "grep server: /etc/kubernetes/kubelet.conf").output())
                .contains("https://%s:6443".formatted(HOSTS.address("w2")));
        assertThat(
                        run(
                                        "cp1",
                                        KUBECTL
                                                + "get nodes -l node-role.kubernetes.io/control-plane -o name")
                                .output()
                                .lines())
                .hasSize(3);
    }

    @Test
    @Order(4)
    void whatWasDoneAlreadyIsRefusedBeforeAnythingElse() {
        Outcome outcome = run("w1", "kubeadm join --config /root/join.yaml");

        assertThat(outcome.errors())
                .contains(
                        "[ERROR FileAvailable--etc-kubernetes-kubelet.conf]", "[ERROR Port-10250]")
                .doesNotContain("Port-6443", "FileAvailable--etc-kubernetes-manifests");
    }

    @Test
    @Order(5)
    void aMemberThatIsTakenOutTakesItsApiServerAlong() {
        String id =
                run("cp1", ETCDCTL + "member list")
                        .output()
                        .lines()
                        .filter(line -> line.contains(", w2, "))
                        .map(line -> line.split(", ")[0])
                        .findFirst()
                        .orElseThrow();

        assertThat(run("cp1", ETCDCTL + "member remove " + id).output())
                .contains("removed from cluster");

        assertThat(
                        run(
                                        "w2",
                                        KUBECTL
                                                + "--server https://%s:6443 get nodes"
                                                        .formatted(HOSTS.address("w2")))
                                .exitCode())
                .isNotZero();
        assertThat(run("cp1", ETCDCTL + "endpoint health --cluster").output().lines()).hasSize(2);
        assertThat(run("w2", "kubeadm reset -f").exitCode()).isZero();
        assertThat(run("cp1", KUBECTL + "delete node w2").exitCode()).isZero();
    }

    @Test
    @Order(6)
    void noOneIsLetInNorOutWhileAMemberIsDead() {
        HOSTS.simulator().host("w1").powerOff();
        bringAuthority("w2");

        // One of two is no majority: etcd does not answer, so nothing does.
        assertThat(run("cp1", KUBECTL + "get nodes").errors())
                .contains("Client.Timeout exceeded while awaiting headers");
        assertThat(join("w2").exitCode()).isEqualTo(1);

        HOSTS.simulator().host("w1").powerOn();
        assertThat(run("cp1", KUBECTL + "get nodes").exitCode()).isZero();
    }
}
