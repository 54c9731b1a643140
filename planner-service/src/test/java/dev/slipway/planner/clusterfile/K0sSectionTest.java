package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.outcome.ReasonCode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// k0s in a Clusterfile: everything is checked, and nothing is accepted.
class K0sSectionTest {
    private static final String NOT_PLANNED =
            "clusters of k0s are not planned yet: the file is checked, and nothing is installed from it";
    private static final String CLUSTER =
            """
            apiVersion: slipway.dev/v1
            kind: Cluster
            metadata: {name: demo}
            spec:
              runtime: {type: k0s, version: v1.36.2+k0s.0}
              ssh: {credential: team-a}
              hosts:
                - {ips: [10.0.0.11-10.0.0.13], roles: [control-plane]}
                - {ips: [10.0.0.21], roles: [worker]}
            """;

    @Test
    void refusesAGoodFileForItsRuntimeAloneBeforeAnythingIsStored() {
        List<Problem> problems =
                rejected(config("network: {provider: calico}"), SecretPolicy.REFUSED);

        assertThat(problems)
                .singleElement()
                .satisfies(p -> {
                    assertThat(p.code()).isEqualTo(ReasonCode.NOT_SERVED_YET);
                    assertThat(p.path()).isEqualTo("spec.runtime.type");
                    assertThat(p.line()).isEqualTo(5);
                    assertThat(p.message()).isEqualTo(NOT_PLANNED);
                });
        assertThat(rejected(CLUSTER, SecretPolicy.PENDING)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    network: {podCIDR: 10.96.0.0/16} | spec.network.podCIDR | podCIDR 10.96.0.0/16 and serviceCIDR 10.96.0.0/12 overlap: say two networks that have no address in common
                    network: {serviceCIDR: 10.244.0.0/24} | spec.network.serviceCIDR | podCIDR 10.244.0.0/16 and serviceCIDR 10.244.0.0/24 overlap: say two networks that have no address in common
                    network: {podCIDR: "fd00:1::/64"} | spec.network.podCIDR | podCIDR and serviceCIDR are of two IP families: say one family, or dualStack
                    network: {podCIDR: "fd00:1::/64", serviceCIDR: "fd00:2::/112"} | spec.network.serviceCIDR | a prefix of 112 bits leaves too few addresses for services: at most 108
                    network: {primaryAddressFamily: IPv6} | spec.network.primaryAddressFamily | IPv6 is not the family of serviceCIDR, and there is no other: enable dualStack, or take it out
                    network: {dualStack: {enabled: true, IPv6podCIDR: "fd00:1::/64"}} | spec.network.dualStack.IPv6serviceCIDR | dualStack.IPv6serviceCIDR is missing, and dualStack is enabled
                    network: {dualStack: {enabled: true, IPv6podCIDR: 10.9.0.0/16, IPv6serviceCIDR: "fd00:2::/112"}} | spec.network.dualStack.IPv6podCIDR | dualStack.IPv6podCIDR is no IPv6 network
                    network: {dualStack: {enabled: true, IPv6podCIDR: "fd00:1::/64", IPv6serviceCIDR: "fd00:2::/64"}} | spec.network.dualStack.IPv6serviceCIDR | a prefix of 64 bits holds more addresses than Kubernetes serves: at least 108
                    network: {dualStack: {enabled: true, IPv6podCIDR: "fd00:1::/64", IPv6serviceCIDR: "fd00:1::/112"}} | spec.network.dualStack.IPv6podCIDR | dualStack.IPv6podCIDR fd00:1::/64 and dualStack.IPv6serviceCIDR fd00:1::/112 overlap: say two networks that have no address in common
                    network: {serviceCIDR: "fd00:3::/112", dualStack: {enabled: true, IPv6podCIDR: "fd00:1::/64", IPv6serviceCIDR: "fd00:2::/112"}} | spec.network.serviceCIDR | serviceCIDR is the IPv4 network with dualStack: say the IPv6 one in dualStack
                    network: {provider: calico, dualStack: {enabled: true, IPv6podCIDR: "fd00:1::/64", IPv6serviceCIDR: "fd00:2::/112"}} | spec.network.calico.mode | dual stack with calico needs mode bird
                    network: {kuberouter: {mtu: 1400}} | spec.network.kuberouter.mtu | mtu counts with autoMTU: false only: say that too, or take mtu out
                    {api: {externalAddress: a.example}, network: {nodeLocalLoadBalancing: {enabled: true}}} | spec.network.nodeLocalLoadBalancing.enabled | workers reach the API either through a local balancer or at api.externalAddress: say one of them
                    network: {nodeLocalLoadBalancing: {enabled: true, envoyProxy: {konnectivityServerBindPort: 7443}}} | spec.network.nodeLocalLoadBalancing.envoyProxy.konnectivityServerBindPort | port 7443 is that of apiServerBindPort already: say another one
                    network: {controlPlaneLoadBalancing: {enabled: true}} | spec.network.controlPlaneLoadBalancing.keepalived | there is no address to balance: say keepalived.vrrpInstances
                    network: {controlPlaneLoadBalancing: {enabled: true, keepalived: {vrrpInstances: [{virtualIPs: [10.0.0.9/24], authPass: a, virtualRouterID: 52}, {virtualIPs: [10.0.0.10/24], authPass: a}]}}} | spec.network.controlPlaneLoadBalancing.keepalived.vrrpInstances[1].virtualRouterID | 52 is the router of vrrpInstances[0] already: say another one
                    {api: {externalAddress: a.example}, network: {controlPlaneLoadBalancing: {enabled: true, keepalived: {vrrpInstances: [{virtualIPs: [10.0.0.9/24], authPass: a}], virtualServers: [{ipAddress: 10.0.0.9}]}}}} | spec.network.controlPlaneLoadBalancing.keepalived.virtualServers | virtual servers and api.externalAddress exclude each other: say one
                    network: {controlPlaneLoadBalancing: {enabled: true, keepalived: {vrrpInstances: [{virtualIPs: [10.0.0.9/24], authPass: a}], virtualServers: [{ipAddress: 10.0.0.9}, {ipAddress: 10.0.0.9}]}}} | spec.network.controlPlaneLoadBalancing.keepalived.virtualServers[1].ipAddress | 10.0.0.9 is that of another virtual server already
                    storage: {type: kine} | spec.storage.type | 3 controllers cannot share an embedded "sqlite": say a database on the network, or etcd
                    storage: {type: kine, kine: {dataSource: "nats://a"}} | spec.storage.kine.dataSource | 3 controllers cannot share an embedded "nats": say a database on the network, or etcd
                    storage: {etcd: {externalCluster: {endpoints: ["https://a:2379"], etcdPrefix: a, caFile: /ca}}} | spec.storage.etcd.externalCluster | caFile, clientCertFile and clientKeyFile belong together: say all three or none
                    konnectivity: {adminPort: 6443} | spec.konnectivity.adminPort | port 6443 is that of spec.api.port already: say another one
                    workerProfiles: [{name: a, values: {clusterDNS: [10.0.0.1]}}] | spec.workerProfiles[0].values.clusterDNS | clusterDNS is k0s's own and stands in no worker profile: take it out
                    workerProfiles: [{name: a}, {name: a}] | spec.workerProfiles[1].name | "a" is named twice: say each once
                    featureGates: [{name: A, enabled: true}, {name: A, enabled: false}] | spec.featureGates[1].name | "A" is named twice: say each once
                    extensions: {helm: {repositories: [{name: a, url: b}, {name: a, url: c}]}} | spec.extensions.helm.repositories[1].name | "a" is named twice: say each once
                    """)
    void saysWhatDoesNotGoTogether(String spec, String path, String message) {
        assertThat(rejected(config(spec), SecretPolicy.REFUSED))
                .filteredOn(p -> !p.message().equals(NOT_PLANNED))
                .extracting(p -> p.path() + " | " + p.message())
                .containsExactly(path + " | " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    network: {podCIDR: "fd00:1::/64", serviceCIDR: "fd00:2::/108"}
                    network: {dualStack: {enabled: true, IPv6podCIDR: "fd00:1::/64", IPv6serviceCIDR: "fd00:2::/108"}}
                    network: {provider: calico, calico: {mode: bird}, dualStack: {enabled: true, IPv6podCIDR: "fd00:1::/64", IPv6serviceCIDR: "fd00:2::/112"}}
                    network: {kuberouter: {autoMTU: false, mtu: 1400}}
                    {api: {externalAddress: a.example}, network: {nodeLocalLoadBalancing: {enabled: false}}}
                    storage: {type: kine, kine: {dataSource: "nats://a?bucket=b&noEmbed"}}
                    storage: {type: kine, kine: {dataSource: "postgres://db.example/k0s"}}
                    network: {controlPlaneLoadBalancing: {enabled: true, keepalived: {vrrpInstances: [{virtualIPs: [10.0.0.9/24], authPass: a}], virtualServers: [{ipAddress: 10.0.0.9}]}}}
                    network: {controlPlaneLoadBalancing: {enabled: false, keepalived: {virtualServers: [{ipAddress: 10.0.0.9}]}}}
                    """)
    void takesWhatGoesTogether(String spec) {
        assertThat(rejected(config(spec), SecretPolicy.REFUSED))
                .extracting(Problem::message)
                .containsExactly(NOT_PLANNED);
    }

    @Test
    void refusesVirtualServersOnControllersThatWork() {
        String text =
                config(
                                "network: {controlPlaneLoadBalancing: {enabled: true, keepalived: {vrrpInstances: [{virtualIPs: [10.0.0.9/24], authPass: a}], virtualServers: [{ipAddress: 10.0.0.9}]}}}")
                        .replace("roles: [control-plane]", "roles: [control-plane, worker]");

        assertThat(rejected(text, SecretPolicy.REFUSED))
                .extracting(Problem::message)
                .contains(
                        "virtual servers do not work on controllers that are workers too: take them out, k0s's own proxy balances then");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    version: v1.36.2+k0s.0 | version: v1.36.2 | spec.runtime.version | "v1.36.2" is not as expected: a k0s release such as v1.36.2+k0s.0
                    , version: v1.36.2+k0s.0 | | spec.runtime | version is missing
                    version: v1.36.2+k0s.0 | version: v1.21.2+k0s.1 | spec.runtime.version | k0s v1.21.2+k0s.1 is not served, v1.22 and later are
                    ssh: {cred | apiPort: 7443%  ssh: {cred | spec.apiPort | with k0s this is said in ClusterConfig, as spec.api.port
                    ssh: {cred | endpoint: a.example%  ssh: {cred | spec.endpoint | with k0s this is said in ClusterConfig, as spec.api.externalAddress
                    ssh: {cred | hooks: [{name: a}]%  ssh: {cred | spec.hooks[0].action | action is missing
                    """)
    void checksTheRestOfTheFile(String from, String to, String path, String message) {
        String text = CLUSTER.replace(from, to == null ? "" : to.replace("%", "\n"));

        assertThat(rejected(text, SecretPolicy.REFUSED))
                .extracting(p -> p.path() + " | " + p.message())
                .contains(path + " | " + message);
    }

    @Test
    void keepsTheRuntimesDocumentsApart() {
        String kubeadm = "---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n";

        assertThat(rejected(CLUSTER + kubeadm, SecretPolicy.REFUSED))
                .extracting(Problem::message)
                .contains(
                        "kind ClusterConfiguration is kubeadm's, and the runtime is k0s: say it in ClusterConfig");
        assertThat(
                        rejected(
                                config("{}")
                                        .replace(
                                                "type: k0s, version: v1.36.2+k0s.0",
                                                "version: v1.36.2"),
                                SecretPolicy.REFUSED))
                .extracting(Problem::message)
                .containsExactly(
                        "kind ClusterConfig is k0s's: say spec.runtime.type: k0s, or take the document out");
        assertThat(
                        rejected(
                                config("{}")
                                        + "---\napiVersion: k0s.k0sproject.io/v1beta1\nkind: ClusterConfig\n",
                                SecretPolicy.REFUSED))
                .extracting(Problem::message)
                .contains("a second document of kind ClusterConfig");
        assertThat(
                        rejected(
                                config("{}").replace("k0sproject.io/v1beta1", "k0sproject.io/v1"),
                                SecretPolicy.REFUSED))
                .extracting(Problem::suggestion)
                .contains(java.util.Optional.of("k0s.k0sproject.io/v1beta1"));
    }

    @Test
    void namesThePlaceInTheWholeText() {
        List<Problem> problems = rejected(config("{api: {port: 0}}"), SecretPolicy.REFUSED);

        assertThat(problems)
                .filteredOn(p -> p.path().equals("spec.api.port"))
                .singleElement()
                .satisfies(p -> {
                    assertThat(p.document()).isEqualTo(2);
                    assertThat(p.line()).isEqualTo(13);
                });
    }

    @Test
    void readsTheWholeSchemaInAClusterfile() throws IOException {
        String text =
                CLUSTER.replace("v1.36.2+k0s.0", "v1.37.1+k0s.0")
                        + "---\n"
                        + K0sDocumentTest.whole();

        assertThat(rejected(text, SecretPolicy.REFUSED))
                .extracting(Problem::path)
                .containsExactlyInAnyOrder(
                        "spec.runtime.type",
                        "spec.network.controlPlaneLoadBalancing.keepalived.virtualServers",
                        "spec.podSecurityPolicy",
                        "spec.telemetry.interval",
                        "spec.extensions.storage");
    }

    private static String config(String spec) {
        return CLUSTER
                + """
                ---
                apiVersion: k0s.k0sproject.io/v1beta1
                kind: ClusterConfig
                spec:%s
                """
                        .formatted(spec.startsWith("{") ? " " + spec : "\n  " + spec);
    }

    private static List<Problem> rejected(String text, SecretPolicy policy) {
        return ((ClusterfileResult.Rejected) ClusterfileReader.read(text, policy)).problems();
    }
}
