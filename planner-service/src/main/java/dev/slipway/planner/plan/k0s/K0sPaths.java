package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.NodePaths;
import java.util.Optional;

/// Where things of k0s are on a node.
final class K0sPaths {
    private static final RemotePath ETC = RemotePath.of("/etc/k0s");

    static final RemotePath CONFIG = ETC.resolveInside("k0s.yaml");

    /// The configuration until k0s has accepted it.
    static final RemotePath NEW_CONFIG = ETC.resolveInside("k0s.yaml.slipway");

    static final RemotePath WORKER_TOKEN = ETC.resolveInside("worker-token");
    static final RemotePath CONTROLLER_TOKEN = ETC.resolveInside("controller-token");

    /// Read by k0s's containerd, which starts anew where it changes.
    static final RemotePath CONTAINERD_CONFIG = ETC.resolveInside("containerd.d", "slipway.toml");

    /// A program that an artifact brings waits here for its turn, so that a node never restarts
    /// into a release before that.
    static final RemotePath STAGED_PROGRAM = NodePaths.ARTIFACTS.resolveInside("k0s");

    /// With it its containerd's configuration: no release reads that of containerd's other version.
    static final RemotePath STAGED_CONTAINERD_CONFIG =
            NodePaths.ARTIFACTS.resolveInside("k0s-containerd.toml");

    /// Archives of images, while the folder that k0s reads them from is emptied.
    static final RemotePath KEPT_IMAGES = NodePaths.ARTIFACTS.resolveInside("k0s-images");

    private K0sPaths() {}

    static RemotePath data(ClusterHost host) {
        return host.k0s().dataDirectory();
    }

    static RemotePath pki(ClusterHost host) {
        return data(host).resolveInside("pki");
    }

    /// @param file as `ca.crt` or `etcd/ca.key`
    static RemotePath pki(ClusterHost host, String file) {
        return pki(host).resolveInside(file);
    }

    /// By which the host's kubelet asks the API; there once it has joined.
    static RemotePath kubeletConf(ClusterHost host) {
        return data(host).resolveInside("kubelet.conf");
    }

    /// Archives in it k0s's workers import by themselves.
    static RemotePath images(ClusterHost host) {
        return data(host).resolveInside("images");
    }

    /// Where k0s is, or will be once it was swapped in.
    static RemotePath program(PlanInput input, ClusterHost host) {
        return K0sProgram.artifact(input, host)
                .map(a -> a.into().resolveInside("k0s"))
                .or(() ->
                        Optional.ofNullable(input.factsOf(host).tools().paths().get("k0s"))
                                .filter(found -> found.matches("/[A-Za-z0-9._/-]+"))
                                .map(RemotePath::of))
                .orElseGet(() -> RemotePath.of("/usr/local/bin/k0s"));
    }
}
