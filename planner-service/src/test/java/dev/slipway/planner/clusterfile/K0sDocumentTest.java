package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.outcome.ReasonCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class K0sDocumentTest {
    @Test
    void readsAndWritesEveryFieldWithoutLoss() throws IOException {
        String text = whole();

        K0sDocument document = K0sDocument.read(text, Optional.empty());

        assertThat(document.problems()).isEmpty();
        Object said = plain(text);
        assertThat(plain(document.text())).isEqualTo(said);
        assertThat(K0sDocument.read(document.text(), Optional.empty()).config())
                .isEqualTo(document.config());
    }

    @Test
    void writesTheSameTextForTheSameConfiguration() throws IOException {
        K0sDocument document = K0sDocument.read(whole(), Optional.empty());

        assertThat(K0sDocument.read(document.text(), Optional.empty()).text())
                .isEqualTo(document.text())
                .startsWith("apiVersion: k0s.k0sproject.io/v1beta1\nkind: ClusterConfig\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    spec.api.address: 0.0.0.0                  | "0.0.0.0" is not as expected: an IP address other than 0.0.0.0 and ::
                    spec.api.address: k0s.example              | "k0s.example" is not as expected: an IP address other than 0.0.0.0 and ::
                    spec.api.port: 65536                       | "65536" is not as expected: a number from 1 to 65535
                    spec.api.k0sApiPort: 0                     | "0" is not as expected: a number from 1 to 65535
                    spec.api.sans: [a_b]                       | "a_b" is not as expected: an IP address or a DNS name
                    spec.api.sans: a                           | expected a list, found a text
                    spec.api.externalAddress: "a:99999"        | "a:99999" is not as expected: an IP address or a DNS name, with or without a port
                    spec.api.onlyBindToAddress: maybe          | "maybe" is not as expected: true or false
                    spec.api.ca.expiresAfter: ten years        | "ten years" is not as expected: a duration such as 30s, 1m30s or 87600h
                    spec.api.extraArgs: [a]                    | expected fields, found a list
                    spec.api.rawArgs: [{a: b}]                 | expected a text, found fields
                    spec.storage.type: etdc                    | "etdc" is none of etcd, kine
                    spec.storage.etcd.peerAddress: "::"        | "::" is not as expected: an IP address other than 0.0.0.0 and ::
                    spec.storage.etcd.externalCluster: {etcdPrefix: a}  | endpoints is missing
                    spec.storage.etcd.externalCluster: {endpoints: [a]} | etcdPrefix is missing
                    spec.storage.etcd.externalCluster: {endpoints: [], etcdPrefix: a} | endpoints is empty
                    spec.storage.etcd.externalCluster: {endpoints: [""], etcdPrefix: a} | "" is not as expected: a text that is not empty
                    spec.network.provider: cilium              | "cilium" is none of kuberouter, calico, custom
                    spec.network.podCIDR: 10.244.0.0           | "10.244.0.0" is not as expected: a network such as 10.244.0.0/16
                    spec.network.serviceCIDR: 10.96.0.0/33     | "10.96.0.0/33" is not as expected: a network such as 10.244.0.0/16
                    spec.network.clusterDomain: Cluster        | "Cluster" is not as expected: a DNS name such as cluster.local
                    spec.network.primaryAddressFamily: ipv4    | "ipv4" is none of IPv4, IPv6
                    spec.network.calico.mode: vlan             | "vlan" is none of vxlan, bird, ipip
                    spec.network.calico.overlay: Sometimes     | "Sometimes" is none of Always, CrossSubnet, Never
                    spec.network.calico.vxlanVNI: 16777216     | "16777216" is not as expected: a number from 1 to 16777215
                    spec.network.kuberouter.metricsPort: -1    | "-1" is not as expected: a number from 0 to 65535
                    spec.network.kuberouter.hairpin: enabled   | "enabled" is none of Enabled, Allowed, Disabled
                    spec.network.kubeProxy.mode: ebpf          | "ebpf" is none of iptables, ipvs, userspace, nftables
                    spec.network.kubeProxy.metricsBindAddress: "10249" | "10249" is not as expected: an address and a port such as 0.0.0.0:10249
                    spec.network.nodeLocalLoadBalancing.type: Envoy | "Envoy" is none of EnvoyProxy, Traefik
                    spec.network.nodeLocalLoadBalancing.envoyProxy: {apiServerBindPort: 0} | "0" is not as expected: a number from 1 to 65535
                    spec.network.nodeLocalLoadBalancing.envoyProxy: {imagePullPolicy: Sometimes} | "Sometimes" is none of Always, IfNotPresent, Never
                    spec.network.controlPlaneLoadBalancing.type: HAProxy | "HAProxy" is none of Keepalived
                    spec.network.controlPlaneLoadBalancing.keepalived.vrrpInstances: [{authPass: a}] | virtualIPs is missing
                    spec.network.controlPlaneLoadBalancing.keepalived.vrrpInstances: [{virtualIPs: [10.0.0.9/24]}] | authPass is missing
                    spec.network.controlPlaneLoadBalancing.keepalived.vrrpInstances: [{virtualIPs: [10.0.0.9], authPass: a}] | "10.0.0.9" is not as expected: a network such as 10.244.0.0/16
                    spec.network.controlPlaneLoadBalancing.keepalived.vrrpInstances: [{virtualIPs: [10.0.0.9/24], authPass: ninechars}] | "ninechars" is not as expected: 1 to 8 characters
                    spec.network.controlPlaneLoadBalancing.keepalived.vrrpInstances: [{virtualIPs: [10.0.0.9/24], authPass: a, virtualRouterID: 256}] | "256" is not as expected: a number from 1 to 255
                    spec.network.controlPlaneLoadBalancing.keepalived.virtualServers: [{lbAlgo: rr}] | ipAddress is missing
                    spec.network.controlPlaneLoadBalancing.keepalived.virtualServers: [{ipAddress: 10.0.0.9, lbKind: SNAT}] | "SNAT" is none of NAT, DR, TUN
                    spec.network.controlPlaneLoadBalancing.keepalived.virtualServers: [{ipAddress: 10.0.0.9, persistenceTimeoutSeconds: 2678401}] | "2678401" is not as expected: a number from 1 to 2678400
                    spec.podSecurityPolicy.defaultPolicy: open | "open" is none of 00-k0s-privileged, 99-k0s-restricted
                    spec.workerProfiles: [{values: {}}]        | name is missing
                    spec.workerProfiles: [{name: Big}]         | "Big" is not as expected: 1 to 63 lower-case letters, digits and inner hyphens
                    spec.images.pause: {version: "*"}          | "*" is not as expected: an image's tag such as v1.2.3, with or without @sha256:…
                    spec.images.pause: {image: " "}            | " " is not as expected: the name of an image without blanks
                    spec.images.default_pull_policy: Maybe     | "Maybe" is none of Always, IfNotPresent, Never
                    spec.extensions.helm.concurrencyLevel: 0   | "0" is not as expected: a number from 1 to 1000
                    spec.extensions.helm.repositories: [{name: a}] | url is missing
                    spec.extensions.helm.charts: [{name: a, namespace: b}] | chartname is missing
                    spec.extensions.helm.charts: [{name: a, chartname: b}] | namespace is missing
                    spec.extensions.helm.charts: [{name: A_b, chartname: b, namespace: c}] | "A_b" is not as expected: a release's name: at most 53 lower-case letters, digits, inner hyphens and dots
                    spec.extensions.helm.charts: [{name: a, chartname: b, namespace: c, timeout: soon}] | "soon" is not as expected: a duration such as 10m, or a number of nanoseconds
                    spec.extensions.storage.type: nfs          | "nfs" is none of external_storage, openebs_local_storage
                    spec.konnectivity.agentPort: agent         | "agent" is not as expected: a number from 1 to 65535
                    spec.featureGates: [{name: a}]             | enabled is missing
                    spec.featureGates: [{name: a, enabled: true, components: [kubelets]}] | "kubelets" is none of kube-apiserver, kube-controller-manager, kubelet, kube-scheduler, kube-proxy
                    spec.metricsServer.patches: [{target: {kind: a, name: b}}] | patch is missing
                    spec.metricsServer.patches: [{target: {kind: a}, patch: {type: JSON, content: b}}] | name is missing
                    spec.metricsServer.patches: [{target: {kind: a, name: b}, patch: {type: strategic, content: b}}] | "strategic" is none of JSON, StrategicMergePatch, MergePatch
                    metadata.name: []                          | expected a text, found a list
                    status: {ready: true}                      | unknown field "ready"
                    """)
    void saysWhatIsWrongWithAField(String said, String message) {
        assertThat(problems(said, Optional.empty())).containsExactly(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    spec.api.adress: 10.0.0.1               | spec.api.adress           | address
                    spec.network.kubeRouter: {}             | spec.network.kubeRouter   | kuberouter
                    spec.netwrk: {}                         | spec.netwrk               | network
                    spec.network.dualStack: {enbled: true}  | spec.network.dualStack.enbled | enabled
                    spec.images.defaultPullPolicy: Never    | spec.images.defaultPullPolicy | default_pull_policy
                    spec.storage.type: etdc                 | spec.storage.type         | etcd
                    """)
    void suggestsWhatWasMeant(String said, String path, String suggestion) {
        Problem problem = K0sDocument.read(yaml(said), Optional.empty()).problems().getFirst();

        assertThat(problem.path()).isEqualTo(path);
        assertThat(problem.suggestion()).contains(suggestion);
        assertThat(problem.line()).isEqualTo(yaml(said).lines().toList().size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    v1.24.17+k0s.0 | v1.25.0+k0s.0  | spec.podSecurityPolicy.defaultPolicy: 00-k0s-privileged | podSecurityPolicy means nothing to k0s from v1.25 on: Kubernetes has no pod security policies any more, say pod security standards with api.extraArgs
                    v1.27.4+k0s.0  | v1.28.2+k0s.0  | spec.api.tunneledNetworkingMode: true | tunneledNetworkingMode means nothing to k0s from v1.28 on: tunneled networking was removed, take it out
                    v1.30.4+k0s.0  | v1.31.0+k0s.0  | spec.extensions.storage.type: openebs_local_storage | storage means nothing to k0s from v1.31 on: k0s brings no OpenEBS any more, say a chart in extensions.helm
                    v1.26.0+k0s.0  | v1.25.9+k0s.0  | spec.network.nodeLocalLoadBalancing.enabled: true | nodeLocalLoadBalancing needs k0s v1.26 or later, not v1.25.9
                    v1.30.0+k0s.0  | v1.29.9+k0s.0  | spec.network.controlPlaneLoadBalancing.enabled: true | controlPlaneLoadBalancing needs k0s v1.30 or later, not v1.29.9
                    v1.36.0+k0s.0  | v1.35.1+k0s.1  | spec.network.nodeLocalLoadBalancing.traefik: {apiServerBindPort: 7443} | traefik needs k0s v1.36 or later, not v1.35.1
                    v1.33.1+k0s.0  | v1.32.2+k0s.0  | spec.api.ca.expiresAfter: 1h | ca needs k0s v1.33 or later, not v1.32.2
                    v1.34.1+k0s.0  | v1.33.1+k0s.0  | spec.scheduler.rawArgs: [--v=2] | rawArgs needs k0s v1.34 or later, not v1.33.1
                    v1.31.0+k0s.0  | v1.30.0+k0s.0  | spec.konnectivity.externalAddress: a | externalAddress needs k0s v1.31 or later, not v1.30.0
                    v1.37.1+k0s.0  | v1.35.0+k0s.0  | spec.network.coreDNS.patches: [] | coreDNS needs k0s v1.36 or later, not v1.35.0
                    v1.29.1+k0s.0  | v1.28.5+k0s.0  | spec.network.kuberouter.extraArgs: {a: b} | extraArgs needs k0s v1.29 or later, not v1.28.5
                    v1.32.1+k0s.0  | v1.31.2+k0s.0  | spec.network.controlPlaneLoadBalancing.keepalived.userSpaceProxyBindPort: 6444 | userSpaceProxyBindPort needs k0s v1.32 or later, not v1.31.2
                    """)
    void knowsTheReleasesOfAField(String with, String without, String said, String message) {
        assertThat(problems(said, K0sVersion.parse(with))).isEmpty();
        assertThat(problems(said, K0sVersion.parse(without))).containsExactly(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    spec.extensions.helm.repositories: [{name: a, url: "https://a", password: hunter2}]
                    spec.extensions.helm.repositories: [{name: a, url: "https://u:hunter2@a"}]
                    spec.storage: {type: kine, kine: {dataSource: "mysql://u:hunter2@tcp(db)/k"}}
                    """)
    void takesNoSecretAndShowsNone(String said) {
        K0sDocument document = K0sDocument.read(yaml(said), Optional.empty());

        assertThat(document.problems())
                .extracting(Problem::code)
                .contains(ReasonCode.INLINE_SECRET);
        assertThat(document.problems().toString()).doesNotContain("hunter2");
        assertThat(document.text()).doesNotContain("hunter2");
    }

    @Test
    void takesNothingForAbsent() {
        K0sDocument document =
                K0sDocument.read(
                        "metadata: {creationTimestamp: null}\nspec: {network: {calico: null, kuberouter: {}}, images: ~}\n",
                        Optional.empty());

        assertThat(document.problems()).isEmpty();
        assertThat(document.plain())
                .containsEntry(
                        "spec",
                        java.util.Map.of(
                                "network", java.util.Map.of("kuberouter", java.util.Map.of())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "~",
                "null",
                "yes",
                "No",
                "on",
                "y",
                "0644",
                "0x1f",
                "1_000",
                "1:30",
                "1e3",
                ".5",
                "2026-01-02",
                "<<",
                "=",
                ".inf",
                "-.INF"
            })
    void quotesWhatGoWouldTakeForSomethingElse(String text) {
        K0sDocument document =
                K0sDocument.read(
                        "spec: {storage: {kine: {extraArgs: {a: '" + text + "'}}}}",
                        Optional.empty());

        assertThat(document.text()).contains("a: '" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1",
                "v1.36.2",
                "87600h",
                "1.36.2",
                "fd00::1",
                "a.example",
                "10.0.0.0/8"
            })
    void leavesPlainWhatIsPlainToAll(String text) {
        K0sDocument document =
                K0sDocument.read(
                        "spec: {storage: {kine: {extraArgs: {a: '" + text + "'}}}}",
                        Optional.empty());

        assertThat(document.text()).contains("a: " + text + "\n");
    }

    private static java.util.List<String> problems(String said, Optional<K0sVersion> version) {
        return K0sDocument.read(yaml(said), version).problems().stream()
                .map(Problem::message)
                .toList();
    }

    /// `a.b: c` as nested mappings.
    private static String yaml(String said) {
        int colon = said.indexOf(": ");
        String[] path = said.substring(0, colon).split("\\.");
        var text = new StringBuilder();
        for (int i = 0; i < path.length; i++) {
            text.append("  ".repeat(i)).append(path[i]).append(':');
            text.append(i == path.length - 1 ? said.substring(colon + 1) : "").append('\n');
        }
        return text.toString();
    }

    static String whole() throws IOException {
        return Files.readString(Path.of("src/test/resources/k0s/whole.yaml"));
    }

    private static Object plain(String text) {
        return new Load(LoadSettings.builder().build()).loadFromString(text);
    }
}
