package dev.slipway.planner.clusterfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What k0s makes of a configuration that leaves things out: the schema's defaults, and those that
/// depend on something.
final class K0sDefaults {
    /// Of kine, in the data directory.
    private static final String SQLITE =
            "sqlite:///var/lib/k0s/db/state.db?mode=rwc&_journal=WAL&cache=shared";

    /// Of the first VRRP instance; the next one has the next.
    private static final int ROUTER_ID = 51;

    private K0sDefaults() {}

    /// @param version of k0s; what it does not know has no default
    static K0sConfig fill(K0sConfig said, KubernetesVersion version) {
        var schema = new SchemaDefaults(version);
        K0sConfig filled = schema.fill(said);
        K0sConfig.Spec spec = filled.spec().orElseThrow();
        return new K0sConfig(
                filled.metadata(),
                Optional.of(
                        new K0sConfig.Spec(
                                spec.api(),
                                spec.controllerManager(),
                                spec.scheduler(),
                                spec.storage().map(K0sDefaults::storage),
                                spec.network().map(n -> network(n, schema)),
                                spec.podSecurityPolicy(),
                                spec.workerProfiles(),
                                spec.telemetry().map(t -> telemetry(t, version)),
                                spec.installConfig(),
                                spec.images(),
                                spec.extensions(),
                                spec.konnectivity(),
                                spec.featureGates(),
                                spec.metricsServer())),
                filled.status());
    }

    private static K0sConfig.Storage storage(K0sConfig.Storage storage) {
        if (storage.type().filter("kine"::equals).isEmpty()) {
            return storage;
        }
        K0sConfig.Kine kine =
                storage.kine()
                        .map(k ->
                                new K0sConfig.Kine(
                                        k.dataSource().or(() -> Optional.of(SQLITE)),
                                        k.extraArgs(),
                                        k.rawArgs()))
                        .orElse(
                                new K0sConfig.Kine(
                                        Optional.of(SQLITE), java.util.Map.of(), List.of()));
        return new K0sConfig.Storage(storage.type(), storage.etcd(), Optional.of(kine));
    }

    /// Telemetry is on until v1.36, and off unless asked for since.
    private static K0sConfig.Telemetry telemetry(
            K0sConfig.Telemetry telemetry, KubernetesVersion version) {
        return new K0sConfig.Telemetry(
                telemetry.enabled().or(() -> Optional.of(!version.isAtLeast(1, 37))),
                telemetry.interval());
    }

    /// The provider's own settings are there, whether said or not.
    private static K0sNetwork network(K0sNetwork network, SchemaDefaults schema) {
        String provider = network.provider().orElseThrow();
        return new K0sNetwork(
                network.provider(),
                network.podCIDR(),
                network.serviceCIDR(),
                network.clusterDomain(),
                network.primaryAddressFamily(),
                network.dualStack(),
                network.calico()
                        .or(() ->
                                provider.equals("calico")
                                        ? Optional.of(schema.standard(K0sNetwork.Calico.class))
                                        : Optional.empty()),
                network.kuberouter()
                        .or(() ->
                                provider.equals("kuberouter")
                                        ? Optional.of(schema.standard(K0sNetwork.KubeRouter.class))
                                        : Optional.empty()),
                network.kubeProxy(),
                network.coreDNS(),
                network.nodeLocalLoadBalancing().map(n -> nodeLocal(n, schema)),
                network.controlPlaneLoadBalancing().map(K0sDefaults::controlPlane));
    }

    private static K0sNetwork.NodeLocal nodeLocal(
            K0sNetwork.NodeLocal balancer, SchemaDefaults schema) {
        boolean traefik = balancer.type().filter("Traefik"::equals).isPresent();
        Optional<K0sNetwork.LocalProxy> standard =
                Optional.of(schema.standard(K0sNetwork.LocalProxy.class));
        return new K0sNetwork.NodeLocal(
                balancer.enabled(),
                balancer.type(),
                traefik ? balancer.envoyProxy() : balancer.envoyProxy().or(() -> standard),
                traefik ? balancer.traefik().or(() -> standard) : balancer.traefik());
    }

    private static K0sNetwork.ControlPlane controlPlane(K0sNetwork.ControlPlane balancer) {
        return new K0sNetwork.ControlPlane(
                balancer.enabled(), balancer.type(), balancer.keepalived().map(K0sDefaults::ids));
    }

    private static K0sNetwork.Keepalived ids(K0sNetwork.Keepalived keepalived) {
        var instances = new ArrayList<K0sNetwork.VrrpInstance>();
        for (K0sNetwork.VrrpInstance instance : keepalived.vrrpInstances()) {
            int id = ROUTER_ID + instances.size();
            instances.add(
                    new K0sNetwork.VrrpInstance(
                            instance.virtualIPs(),
                            instance.networkInterface(),
                            instance.virtualRouterID().or(() -> Optional.of(id)),
                            instance.advertIntervalSeconds(),
                            instance.authPass(),
                            instance.unicastSourceIP(),
                            instance.unicastPeers(),
                            instance.addressLabel()));
        }
        return new K0sNetwork.Keepalived(
                instances,
                keepalived.virtualServers(),
                keepalived.userSpaceProxyBindPort(),
                keepalived.disableLoadBalancer(),
                keepalived.configTemplateVRRP(),
                keepalived.configTemplateVS());
    }
}
