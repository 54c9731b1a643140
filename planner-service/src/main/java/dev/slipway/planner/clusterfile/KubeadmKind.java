package dev.slipway.planner.clusterfile;

import java.util.Arrays;
import java.util.Optional;

/// The documents of kubeadm's own that a Clusterfile may hold.
public enum KubeadmKind {
    INIT("InitConfiguration", "kubeadm.k8s.io"),
    CLUSTER("ClusterConfiguration", "kubeadm.k8s.io"),
    JOIN("JoinConfiguration", "kubeadm.k8s.io"),
    KUBELET("KubeletConfiguration", "kubelet.config.k8s.io"),
    KUBE_PROXY("KubeProxyConfiguration", "kubeproxy.config.k8s.io");

    private final String kind;
    private final String group;

    KubeadmKind(String kind, String group) {
        this.kind = kind;
        this.group = group;
    }

    /// The `kind` of the document.
    public String kind() {
        return kind;
    }

    /// The group of its `apiVersion`.
    public String group() {
        return group;
    }

    static Optional<KubeadmKind> of(String kind) {
        return Arrays.stream(values()).filter(k -> k.kind.equals(kind)).findFirst();
    }
}
