package dev.slipway.planner.plan.node;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.K0sConfig;
import dev.slipway.planner.inspect.HostFacts;
import java.util.Optional;

/// Where a control plane's own API server listens, under an address that is among the names of its
/// certificate: the one that kubeadm advertises (kubeadm, "PKI certificates and requirements"), or
/// that k0s's configuration says. Whether the host is a node does not matter.
public final class ApiAddress {
    private ApiAddress() {}

    /// @param facts the latest of the host; without any it has the address of its SSH server
    public static HostAddress of(
            Clusterfile clusterfile, ClusterHost controlPlane, Optional<HostFacts> facts) {
        String address =
                said(clusterfile, facts)
                        .or(() -> controlPlane.k0s().privateAddress())
                        .or(() ->
                                facts.map(known ->
                                        NodeAddress.of(
                                                clusterfile.networks(),
                                                controlPlane,
                                                known.network())))
                        .orElseGet(() -> controlPlane.address().address());
        return new HostAddress(address, clusterfile.apiPort());
    }

    /// All controllers have one configuration, and an address that one of them has.
    private static Optional<String> said(Clusterfile clusterfile, Optional<HostFacts> facts) {
        return switch (clusterfile.runtime()) {
            case ClusterRuntime.Kubeadm _ -> Optional.empty();
            case ClusterRuntime.K0s k0s ->
                    k0s.config()
                            .spec()
                            .flatMap(K0sConfig.Spec::api)
                            .flatMap(K0sConfig.Api::address)
                            .filter(address ->
                                    facts.filter(f -> f.network().addresses().contains(address))
                                            .isPresent());
        };
    }
}
