package dev.slipway.planner.inspect;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.Clusterfile;

/// What a host has to have, by its runtime's own checks: kubeadm refuses a control plane with less,
/// k0s logs a warning (`k0s sysinfo`).
///
/// @param cpus 0 if any number will do
/// @param memoryMib likewise
/// @param diskMib free below /var/lib; 0 where nothing much is put there
/// @param diskPercent of that file system
/// @param refused whether the runtime refuses less
record HostNeeds(int cpus, int memoryMib, int diskMib, int diskPercent, boolean refused) {
    private static final RemotePath DISK = RemotePath.of("/var/lib");

    static HostNeeds of(Clusterfile clusterfile, ClusterHost host) {
        return switch (clusterfile.runtime()) {
            case ClusterRuntime.Kubeadm _ ->
                    host.isControlPlane()
                            ? new HostNeeds(2, 1700, 1024, 0, true)
                            : new HostNeeds(0, 0, 1024, 0, true);
            case ClusterRuntime.K0s _ -> ofK0s(host, clusterfile.isNode(host));
        };
    }

    private static HostNeeds ofK0s(ClusterHost host, boolean node) {
        int disk = (host.isControlPlane() ? 500 : 0) + (node ? 1300 : 0);
        boolean here = host.k0s().dataDirectory().isInside(DISK);
        return new HostNeeds(
                0,
                host.isControlPlane() ? 1024 : 500,
                here ? disk : 0,
                // Below that a kubelet begins to evict pods.
                here && node ? 15 : 0,
                false);
    }
}
