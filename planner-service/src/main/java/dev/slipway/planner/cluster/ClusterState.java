package dev.slipway.planner.cluster;

/// What there is of a cluster on its hosts.
public enum ClusterState {
    /// Nothing: it was never installed, or it was reset.
    ABSENT,
    /// Something: an operation began to change its hosts and none has succeeded since.
    PARTIAL,
    /// It is as its applied revision says.
    INSTALLED
}
