package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// k0s in a Clusterfile.
class K0sSectionTest {
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
    void readsWhatTheRuntimeIsTold() {
        Clusterfile plain = ClusterfileReaderTest.accepted(CLUSTER);
        Clusterfile told =
                ClusterfileReaderTest.accepted(
                        config(
                                        "{api: {port: 7443, externalAddress: \"api.example:443\"}, images: {repository: mirror.example}}")
                                .replace("+k0s.0", "+k0s.0, dynamicConfig: true"));

        assertThat(plain.version()).hasToString("v1.36.2");
        assertThat(plain.runtime())
                .isEqualTo(
                        new ClusterRuntime.K0s(
                                K0sVersion.parse("v1.36.2+k0s.0").orElseThrow(),
                                K0sConfig.EMPTY,
                                false));
        assertThat(plain.endpoint()).isEqualTo(new Endpoint.ControlPlane(6443));
        assertThat(plain.imageRepository()).isEmpty();
        assertThat(((ClusterRuntime.K0s) told.runtime()).dynamicConfig()).isTrue();
        assertThat(told.endpoint()).isEqualTo(new Endpoint.External("api.example", 7443));
        assertThat(told.apiPort()).isEqualTo(7443);
        assertThat(told.imageRepository()).contains("mirror.example");
        assertThat(told.digest()).isNotEqualTo(plain.digest());
    }

    @Test
    void takesTheFirstSharedAddressForTheEndpoint() {
        String balanced =
                "network: {controlPlaneLoadBalancing: {enabled: true, keepalived: {vrrpInstances: [{virtualIPs: [10.0.0.9/24], authPass: a}]}}}";

        assertThat(ClusterfileReaderTest.accepted(config(balanced)).endpoint())
                .isEqualTo(new Endpoint.External("10.0.0.9", 6443));
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
                    api: {address: 10.0.0.11} | spec.api.address | 3 controllers do not have one address: take it out, each is told its own; what they share is api.externalAddress
                    storage: {etcd: {peerAddress: 10.0.0.11}} | spec.storage.etcd.peerAddress | 3 controllers do not have one address: take it out, each is told its own, or what k0s.privateAddress of its host says
                    api: {ca: {expiresAfter: 43800h}} | spec.api.ca.expiresAfter | 43800h has no effect, since Slipway makes the authorities: say spec.certificates.caValidity
                    storage: {etcd: {ca: {expiresAfter: 1h}}} | spec.storage.etcd.ca.expiresAfter | 1h has no effect, since Slipway makes the authorities: say spec.certificates.caValidity
                    api: {externalAddress: 10.0.0.12} | spec.api.externalAddress | 10.0.0.12 is the address of host 10.0.0.12:22: it must outlive any one host, say an address that no host has
                    network: {controlPlaneLoadBalancing: {enabled: true, keepalived: {vrrpInstances: [{virtualIPs: [10.0.0.13/24], authPass: a}]}}} | spec.network.controlPlaneLoadBalancing.keepalived.vrrpInstances[0].virtualIPs[0] | 10.0.0.13 is the address of host 10.0.0.13:22: it must outlive any one host, say an address that no host has
                    network: {controlPlaneLoadBalancing: {enabled: true, keepalived: {vrrpInstances: [{virtualIPs: [10.96.0.9/24], authPass: a}]}}} | spec.network.controlPlaneLoadBalancing.keepalived.vrrpInstances[0].virtualIPs[0] | 10.96.0.9 lies in the cluster's serviceCIDR 10.96.0.0/12: say an address outside of it
                    extensions: {helm: {repositories: [{name: a, url: b}, {name: a, url: c}]}} | spec.extensions.helm.repositories[1].name | "a" is named twice: say each once
                    """)
    void saysWhatDoesNotGoTogether(String spec, String path, String message) {
        assertThat(rejected(config(spec), SecretPolicy.REFUSED))
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
        assertThat(ClusterfileReader.read(config(spec), SecretPolicy.REFUSED))
                .isInstanceOf(ClusterfileResult.Accepted.class);
    }

    /// An even number of controllers, or more than seven, is a matter of etcd's members alone.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    10.0.0.11-10.0.0.12 | {} | 2 control planes stand the failure of no more of them than 1 do: say an odd number
                    10.0.0.11-10.0.0.19 | {} | 9 control planes: etcd becomes slow with more than 7, make the others workers
                    10.0.0.11-10.0.0.12 | storage: {etcd: {externalCluster: {endpoints: ["https://a:2379"], etcdPrefix: a}}} | ~~
                    10.0.0.11-10.0.0.19 | storage: {type: kine, kine: {dataSource: "postgres://db.example/k0s"}} | ~~
                    10.0.0.11-10.0.0.12 | storage: {type: kine} | 2 controllers cannot share an embedded "sqlite": say a database on the network, or etcd
                    10.0.0.11           | storage: {type: kine} | ~~
                    """)
    void countsControllersWhereTheyAreMembers(String ips, String spec, String problem) {
        String text = config(spec).replace("10.0.0.11-10.0.0.13", ips);

        if (problem.isEmpty()) {
            ClusterfileReaderTest.accepted(text);
        } else {
            assertThat(ClusterfileReaderTest.rejected(text))
                    .extracting(Problem::message)
                    .containsExactly(problem);
        }
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
                    +k0s.0 | +k0s.0, dynamicConfig: 1 | spec.runtime.dynamicConfig | "1" is not as expected: true or false
                    ssh: {cred | artifacts: {runc: {file: runc}}%  ssh: {cred | spec.artifacts.runc | k0s has everything in its one program: say spec.artifacts.k0s, or take this out
                    ssh: {cred | artifacts: {k0s: {file: k0s, into: /opt}}%  ssh: {cred | spec.artifacts.k0s.into | unknown field "into"
                    ssh: {cred | limits: {phases: {configure: {window: 2}}}%  ssh: {cred | spec.limits.phases.configure.window | "2" is out of range: expected a number from 1 to 1
                    ssh: {cred | limits: {phases: {upgrade-control-planes: {window: 2}}}%  ssh: {cred | spec.limits.phases.upgrade-control-planes.window | "2" is out of range: expected a number from 1 to 1
                    ssh: {cred | limits: {phases: {upgrade-workers: {maxUnavailable: 0%}}}%  ssh: {cred | spec.limits.phases.upgrade-workers.maxUnavailable | "0%" is not as expected: a number from 1 to 1000, or a percentage from 1% to 100%
                    ssh: {cred | limits: {phases: {join-workers: {maxUnavailable: 1}}}%  ssh: {cred | spec.limits.phases.join-workers.maxUnavailable | unknown field "maxUnavailable"
                    ssh: {cred | files: [{path: /etc/k0s/k0s.yaml, text: a}]%  ssh: {cred | spec.files[0].path | /etc/k0s/k0s.yaml is not for files of yours: /etc/k0s/k0s.yaml is Slipway's or the system's
                    ssh: {cred | files: [{path: /var/lib/k0s/pki/ca.key, text: a}]%  ssh: {cred | spec.files[0].path | /var/lib/k0s/pki/ca.key is not for files of yours: /var/lib/k0s/pki is Slipway's or the system's
                    ssh: {cred | containerRuntime: {type: docker}%  ssh: {cred | spec.containerRuntime.type | k0s brings its own containerd, and Docker is served with kubeadm: say containerd, or take it out
                    """)
    void checksTheRestOfTheFile(String from, String to, String path, String message) {
        String text = CLUSTER.replace(from, to == null ? "" : to.replace("%  ", "\n  "));

        assertThat(rejected(text, SecretPolicy.REFUSED))
                .extracting(p -> p.path() + " | " + p.message())
                .contains(path + " | " + message);
    }

    @Test
    void takesTheRestOfTheFileAsWithKubeadm() {
        Clusterfile clusterfile =
                ClusterfileReaderTest.accepted(
                        CLUSTER.replace(
                                "  ssh: {cred",
                                """
                                  artifacts: {k0s: {content: %s, size: 9}}
                                  images: [{name: bundle, content: %s, size: 9}]
                                  files: [{path: /var/lib/k0s/manifests/mine/a.yaml, text: a, roles: [controller]}]
                                  join: certificate
                                  hostFamily: debian
                                  containerRuntime: {type: containerd}
                                  registries: [{host: docker.io, mirrors: [{url: "https://m.example"}]}]
                                  limits: {phases: {upgrade-workers: {window: 9, maxUnavailable: 10%%}, approve: {timeout: 1m}, backup: {timeout: 1h}}}
                                  ssh: {cred\
                                """
                                        .formatted("0".repeat(64), "0".repeat(64))));

        assertThat(clusterfile.artifacts())
                .singleElement()
                .satisfies(a -> {
                    assertThat(a.name()).isEqualTo("k0s");
                    assertThat(a.into().value()).isEqualTo("/usr/local/bin");
                });
        assertThat(clusterfile.files().getFirst().roles()).containsExactly(Role.CONTROL_PLANE);
        assertThat(clusterfile.join()).isEqualTo(JoinMode.CERTIFICATE);
        MaxUnavailable away =
                clusterfile.limits().of("upgrade-workers").maxUnavailable().orElseThrow();
        assertThat(away).hasToString("10%");
        assertThat(List.of(away.of(5), away.of(19), away.of(1000))).containsExactly(1, 1, 100);
        assertThat(new MaxUnavailable(3, false).of(1000)).isEqualTo(3);
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
                        "spec.api.address",
                        "spec.api.ca.expiresAfter",
                        "spec.storage.etcd.peerAddress",
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
