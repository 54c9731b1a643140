package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.calls;
import static dev.slipway.scenarios.Story.findsNothingToDo;
import static dev.slipway.scenarios.Story.json;
import static dev.slipway.scenarios.Story.names;
import static dev.slipway.scenarios.Story.numbers;
import static dev.slipway.scenarios.Story.reason;
import static dev.slipway.scenarios.Story.runOf;
import static dev.slipway.scenarios.Story.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.RunningHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Control planes come, go and die, and the cluster goes on.
@ExtendWith(Platform.Lifetime.class)
class ControlPlanesScenarioTest {
    private static final String KUBECTL = "kubectl --kubeconfig /etc/kubernetes/admin.conf ";
    private static final String ETCD =
            KUBECTL
                    + "-n kube-system exec etcd-%s -- etcdctl --endpoints https://127.0.0.1:2379 --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/healthcheck-client.crt --key /etc/kubernetes/pki/etcd/healthcheck-client.key member list";

    private final Cli cli = Platform.get().cli();

    @Test
    void threeAndTwoAreInstalledAndTheFirstOneIsReplacedAfterItsDeath() throws IOException {
        try (var fleet = new Fleet(31, 6)) {
            fleet.trust(cli);
            Path file = fleet.several("ha", List.of(1, 2, 3), List.of(4, 5), "");

            succeeded(cli.run("apply", "-f", file.toString(), "--watch"));

            joinedInOrder(fleet);
            membersAre(fleet.host(1), "node-1", "node-2", "node-3");
            nodesAre(fleet.host(1), "node-1", "node-2", "node-3", "node-4", "node-5");
            for (int i = 1; i <= 3; i++) {
                hasRightFiles(fleet.host(i));
            }
            hasRightNames(
                    fleet.host(2),
                    numbers(1, 3).stream().map(i -> fleet.host(i).address()).toList());

            fleet.host(1).powerOff();
            nodesAre(fleet.host(2), "node-2", "node-3", "node-4", "node-5");
            Path replaced = fleet.several("ha", List.of(2, 3, 6), List.of(4, 5), absent(fleet, 1));
            succeeded(cli.run("apply", "-f", replaced.toString(), "--watch"));

            membersAre(fleet.host(2), "node-2", "node-3", "node-6");
            nodesAre(fleet.host(2), "node-2", "node-3", "node-4", "node-5", "node-6");
            assertThat(calls(fleet.host(2), "kubeadm join")).isEqualTo(1);
            assertThat(fleet.host(4).root().resolve("etc/kubernetes/slipway/endpoint.conf"))
                    .content()
                    .contains(fleet.host(6).address() + ":6443")
                    .doesNotContain(fleet.host(1).address() + ":6443");

            succeeded(cli.run("reset", "ha", "--yes", "--watch"));
            assertThat(fleet.host(6).root().resolve("var/lib/slipway/owner")).doesNotExist();
        }
    }

    @Tag("soak")
    @Test
    void threeAndFiveGrowToFiveAndTwentyLoseTheFirstAndAreResetWithOneDead() throws IOException {
        try (var fleet = new Fleet(34, 25)) {
            fleet.trust(cli);
            apply(fleet.several("big", numbers(1, 3), numbers(6, 10), ""));
            isWhole(fleet, numbers(1, 3), numbers(6, 10));

            Path grown = fleet.several("big", numbers(1, 5), numbers(6, 25), "");
            apply(grown);
            isWhole(fleet, numbers(1, 5), numbers(6, 25));
            findsNothingToDo(cli, grown);

            fleet.host(1).powerOff();
            String lost = absent(fleet, 1);
            apply(fleet.several("big", numbers(2, 5), numbers(6, 25), lost));
            isWhole(fleet, numbers(2, 5), numbers(6, 25));
            // The second one stores what kubeadm keeps of the grown cluster.
            assertThat(calls(fleet.host(1), "kubeadm init")).isEqualTo(2);
            assertThat(calls(fleet.host(1), "kubeadm init phase")).isEqualTo(1);
            for (int i = 2; i <= 25; i++) {
                RunningHost host = fleet.host(i);
                assertThat(calls(host, "kubeadm join")).as(host.name()).isEqualTo(1);
            }

            fleet.host(25).powerOff();
            Path rest =
                    fleet.several("big", numbers(2, 5), numbers(6, 24), lost + absent(fleet, 25));
            succeeded(cli.run("reset", "big", "-f", rest.toString(), "--yes", "--watch"));
            numbers(2, 24).forEach(i -> isClean(fleet.host(i)));
        }
    }

    private void apply(Path file) {
        succeeded(cli.run("apply", "-f", file.toString(), "--watch"));
    }

    /// An entry of `spec.hosts` for one that will not come back.
    private static String absent(Fleet fleet, int number) {
        return "    - {ips: [\"%s\"], roles: [%s], absent: true}\n"
                .formatted(fleet.host(number).address(), number <= 5 ? "control-plane" : "worker");
    }

    @Tag("soak")
    @Test
    void theFirstOfThreeLeavesOnceItsPodsHaveGone() throws IOException {
        try (var fleet = new Fleet(32, 4)) {
            fleet.trust(cli);
            succeeded(
                    cli.run(
                            "apply",
                            "-f",
                            fleet.several("less", List.of(1, 2, 3), List.of(4), "").toString(),
                            "--watch"));
            String proxy = "  endpoint: {mode: local-proxy}\n  drain: {timeout: 10s}\n";
            Path one = fleet.several("less", List.of(3), List.of(), proxy);
            DrainScenarioTest.holdAPod(fleet.host(3), "node-4");

            Cli.Result failed = cli.run("apply", "-f", one.toString(), "--watch");

            assertThat(failed.code()).as(failed.all()).isIn(1, 3);
            String run = runOf(failed);
            assertThat(reason(json(cli.run("describe", "run", run, "-o", "json")), fleet.host(3)))
                    .isEqualTo("DRAIN_FAILED");
            membersAre(fleet.host(3), "node-1", "node-2", "node-3");
            assertThat(fleet.host(3).run(KUBECTL + "get nodes --no-headers"))
                    .contains("node-1")
                    .doesNotContain("SchedulingDisabled");

            DrainScenarioTest.letThePodGo(fleet.host(3));
            succeeded(cli.run("retry", run, "--watch"));

            membersAre(fleet.host(3), "node-3");
            nodesAre(fleet.host(3), "node-3");
            for (int i : new int[] {1, 2, 4}) {
                assertThat(fleet.host(i).root().resolve("etc/kubernetes/kubelet.conf"))
                        .doesNotExist();
                assertThat(fleet.host(i).root().resolve("var/lib/slipway/owner")).doesNotExist();
            }
        }
    }

    @Test
    void theOnlyOneIsReplacedByAnotherMachine() throws IOException {
        try (var fleet = new Fleet(33, 3)) {
            fleet.trust(cli);
            String proxy = "  endpoint: {mode: local-proxy, proxy: nginx}\n";
            succeeded(
                    cli.run(
                            "apply",
                            "-f",
                            fleet.several("moved", List.of(1), List.of(3), proxy).toString(),
                            "--watch"));

            succeeded(
                    cli.run(
                            "apply",
                            "-f",
                            fleet.several("moved", List.of(2), List.of(3), proxy).toString(),
                            "--watch"));

            membersAre(fleet.host(2), "node-2");
            nodesAre(fleet.host(2), "node-2", "node-3");
            for (int i = 2; i <= 3; i++) {
                assertThat(fleet.host(i).root().resolve("etc/kubernetes/slipway/endpoint.conf"))
                        .content()
                        .contains(fleet.host(2).address() + ":6443")
                        .doesNotContain(fleet.host(1).address() + ":6443");
            }
            assertThat(fleet.host(1).root().resolve("var/lib/slipway/owner")).doesNotExist();
        }
    }

    /// Members, nodes, files, chains and names are those of these control planes and workers.
    private static void isWhole(Fleet fleet, List<Integer> controlPlanes, List<Integer> workers) {
        RunningHost first = fleet.host(controlPlanes.getFirst());
        membersAre(first, names(controlPlanes));
        nodesAre(first, names(Stream.of(controlPlanes, workers).flatMap(List::stream).toList()));
        List<String> addresses = controlPlanes.stream().map(i -> fleet.host(i).address()).toList();
        for (int i : controlPlanes) {
            hasRightFiles(fleet.host(i));
            // Those that came later stand in the certificates of those that came with them or
            // after: what is healthy is not touched.
            hasRightNames(fleet.host(i), List.of(fleet.host(i).address()));
        }
        hasRightNames(fleet.host(controlPlanes.getLast()), addresses);
        assertThat(first.run(KUBECTL + "-n kube-system get configmap kubeadm-config -o yaml"))
                .contains(addresses);
        for (int i : workers) {
            assertThat(fleet.host(i).root().resolve("etc/kubernetes/pki/ca.key")).doesNotExist();
            assertThat(
                            fleet.host(i)
                                    .run("cat /etc/kubernetes/slipway/endpoint.conf")
                                    .lines()
                                    .filter(line -> line.strip().startsWith("server ")))
                    .allMatch(line -> addresses.stream().anyMatch(a -> line.contains(a + ":6443")))
                    .hasSameSizeAs(controlPlanes);
        }
    }

    private static void isClean(RunningHost host) {
        assertThat(
                        host.run(
                                """
                                ls -d /etc/kubernetes/*.conf /etc/kubernetes/manifests/* /etc/kubernetes/pki/* /etc/kubernetes/slipway /var/lib/etcd/* /var/lib/kubelet/* /root/.kube/config /var/lib/slipway/owner 2>/dev/null || :
                                grep -rl 'PRIVATE KEY' /run /etc /var/lib 2>/dev/null | grep -v ssh || :
                                """))
                .as(host.name())
                .isEmpty();
    }

    private static void joinedInOrder(Fleet fleet) {
        assertThat(calls(fleet.host(1), "kubeadm init")).isEqualTo(1);
        for (int i = 2; i <= 5; i++) {
            assertThat(calls(fleet.host(i), "kubeadm join")).isEqualTo(1);
        }
    }

    /// All of them started and voting, and no others.
    private static void membersAre(RunningHost host, String... names) {
        assertThat(
                        host.run(ETCD.formatted(host.name()))
                                .lines()
                                .filter(line -> line.contains(", started, "))
                                .filter(line -> line.endsWith(", false"))
                                .map(line -> line.split(", ")[2]))
                .containsExactlyInAnyOrder(names);
    }

    /// All of them Ready, and no others.
    static void nodesAre(RunningHost host, String... names) {
        assertThat(
                        host.run(KUBECTL + "get nodes --no-headers")
                                .lines()
                                .map(line -> line.split(" +"))
                                .filter(words -> words[1].equals("Ready"))
                                .map(words -> words[0]))
                .containsExactlyInAnyOrder(names);
    }

    private static void hasRightFiles(RunningHost host) {
        assertThat(
                        host.run(
                                "cd /etc/kubernetes && stat -c '%a %n' admin.conf manifests/*.yaml pki/ca.key pki/etcd/ca.key pki/sa.key pki/sa.pub pki/apiserver.crt pki/apiserver.key pki/etcd/peer.crt slipway/endpoint.conf /root/.kube/config"))
                .isEqualTo(
                        """
                        600 admin.conf
                        600 manifests/etcd.yaml
                        600 manifests/kube-apiserver.yaml
                        600 manifests/kube-controller-manager.yaml
                        600 manifests/kube-scheduler.yaml
                        600 manifests/slipway-endpoint.yaml
                        600 pki/ca.key
                        600 pki/etcd/ca.key
                        600 pki/sa.key
                        644 pki/sa.pub
                        644 pki/apiserver.crt
                        600 pki/apiserver.key
                        644 pki/etcd/peer.crt
                        644 slipway/endpoint.conf
                        600 /root/.kube/config
                        """);
        assertThat(
                        host.run(
                                "cd /etc/kubernetes/pki && for leaf in apiserver apiserver-kubelet-client; do openssl verify -CAfile ca.crt $leaf.crt; done; for leaf in server peer healthcheck-client; do openssl verify -CAfile etcd/ca.crt etcd/$leaf.crt; done; openssl verify -CAfile front-proxy-ca.crt front-proxy-client.crt"))
                .isEqualTo(
                        """
                        apiserver.crt: OK
                        apiserver-kubelet-client.crt: OK
                        etcd/server.crt: OK
                        etcd/peer.crt: OK
                        etcd/healthcheck-client.crt: OK
                        front-proxy-client.crt: OK
                        """);
        assertThat(host.run("ls /run/slipway/cluster")).doesNotContain("join", "discovery");
    }

    /// Its own name and address, and the addresses of all control planes.
    private static void hasRightNames(RunningHost host, List<String> controlPlanes) {
        assertThat(
                        host.run(
                                "openssl x509 -in /etc/kubernetes/pki/apiserver.crt -noout -ext subjectAltName"))
                .contains(
                        "DNS:" + host.name(), "DNS:kubernetes.default.svc", "IP Address:127.0.0.1")
                .contains(controlPlanes.stream().map("IP Address:"::concat).toList());
        String peer =
                host.run(
                        "openssl x509 -in /etc/kubernetes/pki/etcd/peer.crt -noout -ext subjectAltName");
        assertThat(peer).contains("DNS:" + host.name(), "IP Address:" + host.address());
        assertThat(controlPlanes)
                .filteredOn(address -> !address.equals(host.address()))
                .noneMatch(address ->
                        (peer.strip() + ",").contains("IP Address:%s,".formatted(address)));
    }
}
