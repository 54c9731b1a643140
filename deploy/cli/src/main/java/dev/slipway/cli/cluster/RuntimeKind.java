package dev.slipway.cli.cluster;

/// What makes Kubernetes of hosts.
public enum RuntimeKind {
    KUBEADM("v1.36.2"),
    K0S("v1.36.2+k0s.0");

    private final String version;

    RuntimeKind(String version) {
        this.version = version;
    }

    /// The one that is written into a new Clusterfile.
    String version() {
        return version;
    }
}
