package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.inspect.HostFacts;
import java.util.Optional;

/// Where a control plane's own API server listens: the address that kubeadm advertises, which is
/// among the names of its certificate (kubeadm, "PKI certificates and requirements").
public final class ApiAddress {
    private ApiAddress() {}

    /// @param facts the latest of the host; without any it has the address of its SSH server
    public static HostAddress of(
            Clusterfile clusterfile, ClusterHost controlPlane, Optional<HostFacts> facts) {
        String address =
                facts.map(known ->
                                NodeAddress.of(
                                        clusterfile.networks(), controlPlane, known.network()))
                        .orElseGet(() -> controlPlane.address().address());
        return new HostAddress(address, clusterfile.apiPort());
    }
}
