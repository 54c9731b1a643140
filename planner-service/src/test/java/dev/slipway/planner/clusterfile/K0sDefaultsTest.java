package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class K0sDefaultsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    37 | {}                               | metadata.name                     | k0s
                    37 | {}                               | metadata.namespace                | kube-system
                    37 | {}                               | spec.api.port                     | 6443
                    37 | {}                               | spec.api.k0sApiPort               | 9443
                    37 | {}                               | spec.api.ca.expiresAfter          | 87600h
                    32 | {}                               | spec.api.ca                       |
                    37 | {}                               | spec.storage.type                 | etcd
                    37 | {storage: {type: kine}}          | spec.storage.kine.dataSource      | sqlite:///var/lib/k0s/db/state.db?mode=rwc&_journal=WAL&cache=shared
                    37 | {storage: {type: kine, kine: {dataSource: "nats:"}}} | spec.storage.kine.dataSource | nats:
                    37 | {}                               | spec.storage.kine                 |
                    37 | {}                               | spec.network.provider             | kuberouter
                    37 | {}                               | spec.network.podCIDR              | 10.244.0.0/16
                    37 | {}                               | spec.network.serviceCIDR          | 10.96.0.0/12
                    37 | {}                               | spec.network.clusterDomain        | cluster.local
                    37 | {}                               | spec.network.kuberouter.hairpin   | Enabled
                    37 | {}                               | spec.network.kuberouter.metricsPort | 8080
                    37 | {}                               | spec.network.calico               |
                    37 | {network: {provider: calico}}    | spec.network.calico.mode          | vxlan
                    37 | {network: {provider: calico}}    | spec.network.calico.mtu           | 1450
                    37 | {network: {provider: calico}}    | spec.network.kuberouter           |
                    37 | {network: {provider: custom}}    | spec.network.kuberouter           |
                    37 | {}                               | spec.network.kubeProxy.mode       | iptables
                    37 | {}                               | spec.network.kubeProxy.healthzBindAddress | 0.0.0.0:10256
                    35 | {}                               | spec.network.kubeProxy.healthzBindAddress |
                    37 | {}                               | spec.network.nodeLocalLoadBalancing.envoyProxy.apiServerBindPort | 7443
                    37 | {network: {nodeLocalLoadBalancing: {type: Traefik}}} | spec.network.nodeLocalLoadBalancing.traefik.konnectivityServerBindPort | 7132
                    25 | {}                               | spec.network.nodeLocalLoadBalancing |
                    30 | {}                               | spec.network.controlPlaneLoadBalancing.type | Keepalived
                    29 | {}                               | spec.network.controlPlaneLoadBalancing |
                    37 | {}                               | spec.installConfig.users.kineUser | kube-apiserver
                    37 | {}                               | spec.images.default_pull_policy   | IfNotPresent
                    37 | {}                               | spec.extensions.helm.concurrencyLevel | 5
                    37 | {}                               | spec.konnectivity.agentPort       | 8132
                    37 | {}                               | spec.telemetry.enabled            | false
                    36 | {}                               | spec.telemetry.enabled            | true
                    """)
    void areThoseOfTheRelease(int minor, String spec, String path, String value) {
        K0sDocument said = K0sDocument.read("spec: " + spec, Optional.empty());

        Map<String, Object> filled =
                SchemaWriter.plain(
                        K0sDefaults.fill(said.config(), new KubernetesVersion(1, minor, 0, "")));

        assertThat(said.problems()).isEmpty();
        assertThat(at(filled, path)).isEqualTo(Optional.ofNullable(value));
    }

    @Test
    void numberTheRoutersOfVirtualAddresses() {
        K0sDocument said =
                K0sDocument.read(
                        "spec: {network: {controlPlaneLoadBalancing: {keepalived: {vrrpInstances: [{virtualIPs: [10.0.0.9/24], authPass: a}, {virtualIPs: [10.0.1.9/24], authPass: a, virtualRouterID: 9}, {virtualIPs: [10.0.2.9/24], authPass: a}]}}}}",
                        Optional.empty());

        K0sConfig filled = K0sDefaults.fill(said.config(), new KubernetesVersion(1, 37, 0, ""));

        assertThat(
                        filled.spec()
                                .flatMap(K0sConfig.Spec::network)
                                .flatMap(K0sNetwork::controlPlaneLoadBalancing)
                                .flatMap(K0sNetwork.ControlPlane::keepalived)
                                .orElseThrow()
                                .vrrpInstances())
                .extracting(i -> i.virtualRouterID().orElseThrow())
                .containsExactly(51, 9, 53);
    }

    private static Optional<String> at(Map<?, ?> map, String path) {
        int dot = path.indexOf('.');
        Object value = map.get(dot < 0 ? path : path.substring(0, dot));
        return value instanceof Map<?, ?> inner && dot > 0
                ? at(inner, path.substring(dot + 1))
                : Optional.ofNullable(value).map(String::valueOf);
    }
}
