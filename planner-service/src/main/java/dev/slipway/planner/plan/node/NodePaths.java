package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.planner.clusterfile.ContainerRuntime;

/// Where things are on a node.
public final class NodePaths {
    public static final RemotePath SLIPWAY = RemotePath.of("/var/lib/slipway");

    /// The paths Slipway wrote for the cluster, one a line; `reset` removes them.
    public static final RemotePath MADE = SLIPWAY.resolveInside("made");

    /// What stood at those paths before, below the same path; `reset` puts it back.
    public static final RemotePath BEFORE = SLIPWAY.resolveInside("before");

    /// Names in /etc/cni/net.d before Slipway came.
    public static final RemotePath CNI_BEFORE = SLIPWAY.resolveInside("cni-before");

    public static final RemotePath INITIALISED = SLIPWAY.resolveInside("initialised");
    public static final RemotePath JOINED = SLIPWAY.resolveInside("joined");
    public static final RemotePath ARTIFACTS = SLIPWAY.resolveInside("artifacts");

    /// What hooks ran.
    public static final RemotePath HOOKS = SLIPWAY.resolveInside("hooks");

    public static final RemotePath MANIFESTS = SLIPWAY.resolveInside("manifests");

    /// Memory-backed on every system with systemd: files here are gone after a reboot. A folder of
    /// the cluster's own, since running tasks have theirs beside it.
    public static final RemotePath VOLATILE = RemotePath.of("/run/slipway/cluster");

    public static final RemotePath INIT_CONFIG = VOLATILE.resolveInside("kubeadm-init.yaml");
    public static final RemotePath JOIN_CONFIG = VOLATILE.resolveInside("kubeadm-join.yaml");
    public static final RemotePath TOKEN_CONFIG = VOLATILE.resolveInside("kubeadm-token.yaml");
    public static final RemotePath KUBEADM_CONFIG = VOLATILE.resolveInside("kubeadm-config.yaml");

    /// By which a node finds the API whose endpoint only a node of the cluster can reach.
    public static final RemotePath DISCOVERY = VOLATILE.resolveInside("discovery.yaml");

    public static final RemotePath DISCOVERY_CA = VOLATILE.resolveInside("discovery-ca.crt");
    public static final RemotePath ACCESS = VOLATILE.resolveInside("access.yaml");
    public static final RemotePath RECORD = VOLATILE.resolveInside("clusterfile.yaml");

    public static final RemotePath KUBERNETES = RemotePath.of("/etc/kubernetes");
    public static final RemotePath PKI = KUBERNETES.resolveInside("pki");
    public static final RemotePath ADMIN_CONF = KUBERNETES.resolveInside("admin.conf");
    public static final RemotePath SUPER_ADMIN_CONF = KUBERNETES.resolveInside("super-admin.conf");
    public static final RemotePath KUBELET_CONF = KUBERNETES.resolveInside("kubelet.conf");

    /// Where kubelets keep their certificates.
    public static final RemotePath KUBELET_PKI = RemotePath.of("/var/lib/kubelet/pki");

    public static final RemotePath ENDPOINT_POD =
            KUBERNETES.resolveInside("manifests", "slipway-endpoint.yaml");
    public static final RemotePath ENDPOINT_CONFIG =
            KUBERNETES.resolveInside("slipway", "endpoint.conf");
    public static final RemotePath UNITS = RemotePath.of("/etc/systemd/system");
    public static final RemotePath INIT_SCRIPTS = RemotePath.of("/etc/init.d");
    public static final RemotePath CONTAINERD_DROP_IN =
            UNITS.resolveInside("containerd.service.d", "10-slipway.conf");
    public static final RemotePath CONTAINERD_CONFIG = RemotePath.of("/etc/containerd/config.toml");

    /// A folder for each registry.
    public static final RemotePath REGISTRIES = RemotePath.of("/etc/containerd/certs.d");

    /// What the cluster's own registry is made of, on its hosts.
    public static final RemotePath REGISTRY = RemotePath.of("/etc/slipway-registry");

    public static final RemotePath REGISTRY_CONFIG = REGISTRY.resolveInside("config.yml");

    /// With its key.
    public static final RemotePath REGISTRY_CERTIFICATE = REGISTRY.resolveInside("tls.pem");

    public static final RemotePath REGISTRY_USERS = REGISTRY.resolveInside("htpasswd");

    /// The folders that were claimed for it, one a line.
    public static final RemotePath REGISTRY_STORAGE = SLIPWAY.resolveInside("registry-storage");

    /// Of what the one was made that runs.
    public static final RemotePath REGISTRY_STAMP = SLIPWAY.resolveInside("registry.sha256");

    public static final RemotePath DOCKER_CONFIG = RemotePath.of("/etc/docker/daemon.json");
    public static final RemotePath DOCKER_REGISTRIES = RemotePath.of("/etc/docker/certs.d");
    public static final RemotePath CRI_DOCKERD_DROP_IN =
            UNITS.resolveInside("cri-docker.service.d", "10-slipway.conf");

    public static final RemotePath KUBELET_DROP_IN =
            UNITS.resolveInside("kubelet.service.d", "10-kubeadm.conf");
    public static final RemotePath MODULES = RemotePath.of("/etc/modules-load.d/slipway.conf");
    public static final RemotePath SYSCTL = RemotePath.of("/etc/sysctl.d/99-slipway.conf");
    public static final RemotePath ROOT_KUBECONFIG = RemotePath.of("/root/.kube/config");

    private NodePaths() {}

    /// Where the runtime looks for what is said of registries, a folder for each.
    public static RemotePath registries(ContainerRuntime runtime) {
        return switch (runtime) {
            case CONTAINERD -> REGISTRIES;
            case DOCKER -> DOCKER_REGISTRIES;
        };
    }
}
