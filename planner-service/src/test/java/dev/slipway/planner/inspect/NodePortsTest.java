package dev.slipway.planner.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.PlanFixture;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodePortsTest {
    @Test
    void areKubeadms() {
        Clusterfile clusterfile = PlanFixture.several(3, 1, "");
        var ports = new NodePorts(clusterfile);
        var first = clusterfile.controlPlane();
        var second = clusterfile.controlPlanes().get(1);
        var worker = clusterfile.workers().getFirst();

        assertThat(ports.needed(first))
                .containsExactly(2379, 2380, 6443, 7443, 10250, 10257, 10259);
        assertThat(ports.needed(worker)).containsExactly(7443, 10250);
        assertThat(ports.reached(first, second)).containsExactly(2379, 2380, 6443, 10250);
        assertThat(ports.reached(first, worker)).containsExactly(10250);
        assertThat(ports.reached(worker, first)).containsExactly(6443);
        assertThat(ports.reached(worker, worker)).isEmpty();
        assertThat(ports.open(first)).containsExactly(2379, 2380, 6443, 10250);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    api: {port: 6443} | 2379 2380 6443 8132 8133 9443 10257 10259 | 179 7132 7443 10250
                    api: {externalAddress: api.example, port: 7000, k0sApiPort: 7001} | 2379 2380 7000 7001 8132 8133 10257 10259 | 179 10250
                    konnectivity: {agentPort: 7002, adminPort: 7003} | 2379 2380 6443 7002 7003 9443 10257 10259 | 179 7132 7443 10250
                    storage: {type: kine, kine: {dataSource: "postgres://db.example/k0s"}} | 6443 8132 8133 9443 10257 10259 | 179 7132 7443 10250
                    storage: {etcd: {externalCluster: {endpoints: ["https://10.9.0.1:2379"], etcdPrefix: k0s}}} | 6443 8132 8133 9443 10257 10259 | 179 7132 7443 10250
                    network: {provider: calico} | 2379 2380 6443 8132 8133 9443 10257 10259 | 7132 7443 10250
                    network: {provider: calico, calico: {mode: bird}} | 2379 2380 6443 8132 8133 9443 10257 10259 | 179 7132 7443 10250
                    network: {provider: custom, nodeLocalLoadBalancing: {enabled: false}} | 2379 2380 6443 8132 8133 9443 10257 10259 | 10250
                    network: {nodeLocalLoadBalancing: {enabled: true, envoyProxy: {apiServerBindPort: 7010, konnectivityServerBindPort: 7011}}} | 2379 2380 6443 8132 8133 9443 10257 10259 | 179 7010 7011 10250
                    network: {nodeLocalLoadBalancing: {enabled: true, type: Traefik}} | 2379 2380 6443 8132 8133 9443 10257 10259 | 179 7132 7443 10250
                    network: {controlPlaneLoadBalancing: {enabled: true, keepalived: {vrrpInstances: [{virtualIPs: [10.0.0.9/24], authPass: x}]}}} | 2379 2380 6443 6444 8132 8133 9443 10257 10259 | 179 10250
                    """)
    void areThoseOfK0ssConfiguration(String config, String ofController, String ofWorker) {
        Clusterfile clusterfile = K0sHosts.clusterfile("", "  " + config + "\n");
        var ports = new NodePorts(clusterfile);

        assertThat(ports.needed(K0sHosts.host(clusterfile, K0sHosts.CONTROLLER)))
                .containsExactlyElementsOf(numbers(ofController));
        assertThat(ports.needed(K0sHosts.host(clusterfile, K0sHosts.WORKER)))
                .containsExactlyElementsOf(numbers(ofWorker));
        assertThat(ports.needed(K0sHosts.host(clusterfile, K0sHosts.WORKING)))
                .containsAll(numbers(ofController))
                .containsAll(numbers(ofWorker));
        assertThat(ports.all()).containsAll(numbers(ofController)).containsAll(numbers(ofWorker));
    }

    /// kubelets are reached through the tunnels that nodes dig.
    @ParameterizedTest(name = "{0} reaches {1} by {2}")
    @CsvSource({
        "10.0.0.1, 10.0.0.3, 2380 9443",
        "10.0.0.1, 10.0.0.2, 2380 9443",
        "10.0.0.2, 10.0.0.1, 2380 6443 8132 9443",
        "10.0.1.1, 10.0.0.1, 6443 8132",
        "10.0.0.1, 10.0.1.1, ''",
        "10.0.1.1, 10.0.1.1, ''"
    })
    void knowWhoHasToReachWhomInAClusterOfK0s(String from, String to, String expected) {
        Clusterfile clusterfile = K0sHosts.clusterfile();

        assertThat(
                        new NodePorts(clusterfile)
                                .reached(
                                        K0sHosts.host(clusterfile, HostAddress.of(from + ":22")),
                                        K0sHosts.host(clusterfile, HostAddress.of(to + ":22"))))
                .containsExactlyElementsOf(numbers(expected));
    }

    private static List<Integer> numbers(String text) {
        return Stream.of(text.split(" "))
                .filter(word -> !word.isEmpty())
                .map(Integer::valueOf)
                .toList();
    }
}
