package dev.slipway.cli.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.contracts.Wire;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.K0sConfig;
import dev.slipway.planner.clusterfile.K0sNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a k0s cluster is made of: its release, and what its configuration turns on.
record K0sFeatures(ClusterRuntime.K0s k0s) {
    ObjectNode json() {
        ObjectNode json =
                Wire.mapper()
                        .createObjectNode()
                        .put("release", k0s.release().toString())
                        .put("kubernetes", k0s.version().toString())
                        .put("dynamicConfig", k0s.dynamicConfig())
                        .put("storage", storage())
                        .put("network", network().provider().orElse(""));
        features().forEach(json.putArray("features")::add);
        return json;
    }

    /// For people.
    String text() {
        List<String> features = features();
        return """
        Runtime     k0s %s (Kubernetes %s)
        Kept        %s
        Storage     %s
        Network     %s, pods %s, services %s
        Features    %s
        """
                .formatted(
                        k0s.release(),
                        k0s.version(),
                        k0s.dynamicConfig()
                                ? "in the cluster (clusterconfig k0s), what is a controller's own in its k0s.yaml"
                                : "in each controller's k0s.yaml",
                        storage(),
                        network().provider().orElse("-"),
                        network().podCIDR().orElse("-"),
                        network().serviceCIDR().orElse("-"),
                        features.isEmpty() ? "none beyond k0s's own" : String.join(", ", features));
    }

    private K0sConfig.Spec spec() {
        return k0s.filled().spec().orElseThrow();
    }

    private K0sNetwork network() {
        return spec().network().orElseThrow();
    }

    private String storage() {
        Optional<K0sConfig.Storage> storage = spec().storage();
        boolean external =
                storage.flatMap(K0sConfig.Storage::etcd)
                        .flatMap(K0sConfig.Etcd::externalCluster)
                        .isPresent();
        return (external ? "external " : "")
                + storage.flatMap(K0sConfig.Storage::type).orElse("etcd");
    }

    private List<String> features() {
        var features = new ArrayList<String>();
        turnedOn(
                features,
                "node-local load balancing",
                network().nodeLocalLoadBalancing().flatMap(K0sNetwork.NodeLocal::enabled));
        turnedOn(
                features,
                "control plane load balancing",
                network().controlPlaneLoadBalancing().flatMap(K0sNetwork.ControlPlane::enabled));
        turnedOn(
                features,
                "dual stack",
                network().dualStack().flatMap(K0sNetwork.DualStack::enabled));
        turnedOn(features, "telemetry", spec().telemetry().flatMap(K0sConfig.Telemetry::enabled));
        counted(
                features,
                "Helm chart",
                spec().extensions()
                        .flatMap(K0sConfig.Extensions::helm)
                        .map(h -> h.charts().size())
                        .orElse(0));
        counted(features, "worker profile", spec().workerProfiles().size());
        for (K0sConfig.FeatureGate gate : spec().featureGates()) {
            features.add("%s=%s".formatted(gate.name().orElse("-"), gate.enabled().orElse(false)));
        }
        return features;
    }

    private static void turnedOn(List<String> features, String name, Optional<Boolean> enabled) {
        enabled.filter(e -> e).ifPresent(_ -> features.add(name));
    }

    private static void counted(List<String> features, String name, int count) {
        if (count > 0) {
            features.add("%d %s%s".formatted(count, name, count == 1 ? "" : "s"));
        }
    }
}
