package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.RemotePath;

/// Where things are on a node.
final class NodePaths {
    static final RemotePath SLIPWAY = RemotePath.of("/var/lib/slipway");

    /// The paths Slipway wrote for the cluster, one a line; `reset` removes them.
    static final RemotePath MADE = SLIPWAY.resolveInside("made");

    /// What stood at those paths before, below the same path; `reset` puts it back.
    static final RemotePath BEFORE = SLIPWAY.resolveInside("before");

    /// Names in /etc/cni/net.d before Slipway came.
    static final RemotePath CNI_BEFORE = SLIPWAY.resolveInside("cni-before");

    static final RemotePath INITIALISED = SLIPWAY.resolveInside("initialised");
    static final RemotePath JOINED = SLIPWAY.resolveInside("joined");
    static final RemotePath ARTIFACTS = SLIPWAY.resolveInside("artifacts");

    /// What hooks ran.
    static final RemotePath HOOKS = SLIPWAY.resolveInside("hooks");

    static final RemotePath MANIFESTS = SLIPWAY.resolveInside("manifests");

    /// Memory-backed on every system with systemd: files here are gone after a reboot. A folder of
    /// the cluster's own, since running tasks have theirs beside it.
    static final RemotePath VOLATILE = RemotePath.of("/run/slipway/cluster");

    static final RemotePath INIT_CONFIG = VOLATILE.resolveInside("kubeadm-init.yaml");
    static final RemotePath JOIN_CONFIG = VOLATILE.resolveInside("kubeadm-join.yaml");
    static final RemotePath TOKEN_CONFIG = VOLATILE.resolveInside("kubeadm-token.yaml");
    static final RemotePath KUBEADM_CONFIG = VOLATILE.resolveInside("kubeadm-config.yaml");

    /// By which a node finds the API whose endpoint only a node of the cluster can reach.
    static final RemotePath DISCOVERY = VOLATILE.resolveInside("discovery.yaml");

    static final RemotePath DISCOVERY_CA = VOLATILE.resolveInside("discovery-ca.crt");
    static final RemotePath ACCESS = VOLATILE.resolveInside("access.yaml");
    static final RemotePath RECORD = VOLATILE.resolveInside("clusterfile.yaml");

    static final RemotePath KUBERNETES = RemotePath.of("/etc/kubernetes");
    static final RemotePath PKI = KUBERNETES.resolveInside("pki");
    static final RemotePath ADMIN_CONF = KUBERNETES.resolveInside("admin.conf");
    static final RemotePath SUPER_ADMIN_CONF = KUBERNETES.resolveInside("super-admin.conf");
    static final RemotePath KUBELET_CONF = KUBERNETES.resolveInside("kubelet.conf");

    /// Where kubelets keep their client certificates, and the link to the one that counts: a
    /// kubelet that renews it refuses to replace anything but a link.
    static final RemotePath KUBELET_CLIENT =
            RemotePath.of("/var/lib/kubelet/pki/kubelet-client-current.pem");

    static final RemotePath KUBELET_CLIENT_ISSUED =
            RemotePath.of("/var/lib/kubelet/pki/kubelet-client-issued.pem");

    static final RemotePath ENDPOINT_POD =
            KUBERNETES.resolveInside("manifests", "slipway-endpoint.yaml");
    static final RemotePath ENDPOINT_CONFIG = KUBERNETES.resolveInside("slipway", "endpoint.conf");
    static final RemotePath UNITS = RemotePath.of("/etc/systemd/system");
    static final RemotePath INIT_SCRIPTS = RemotePath.of("/etc/init.d");
    static final RemotePath CONTAINERD_DROP_IN =
            UNITS.resolveInside("containerd.service.d", "10-slipway.conf");
    static final RemotePath CONTAINERD_CONFIG = RemotePath.of("/etc/containerd/config.toml");

    /// A folder for each registry.
    static final RemotePath REGISTRIES = RemotePath.of("/etc/containerd/certs.d");

    static final RemotePath KUBELET_DROP_IN =
            UNITS.resolveInside("kubelet.service.d", "10-kubeadm.conf");
    static final RemotePath MODULES = RemotePath.of("/etc/modules-load.d/slipway.conf");
    static final RemotePath SYSCTL = RemotePath.of("/etc/sysctl.d/99-slipway.conf");
    static final RemotePath ROOT_KUBECONFIG = RemotePath.of("/root/.kube/config");

    static final String CRI_SOCKET = "unix:///run/containerd/containerd.sock";

    private NodePaths() {}
}
