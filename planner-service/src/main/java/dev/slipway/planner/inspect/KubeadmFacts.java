package dev.slipway.planner.inspect;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What `adopt` was told of a node that kubeadm made, and of its cluster. Texts are bounded as all
/// facts are.
///
/// @param member the host as a node
/// @param cluster of the first control plane only
public record KubeadmFacts(MemberFacts member, Optional<ClusterFacts> cluster) {
    /// @param node the name under which its kubelet registers
    /// @param server that its kubelet.conf names
    /// @param cgroupDriver of its kubelet, empty if its configuration does not say
    /// @param advertised the address that its API server advertises; empty where there is none
    /// @param port on which that listens; 0 where there is none
    /// @param seen what its kubelet is told of its own node; absent if it could not be asked
    /// @param trouble why not
    public record MemberFacts(
            String node,
            String server,
            String cgroupDriver,
            String advertised,
            int port,
            Optional<SeenNode> seen,
            String trouble) {}

    /// @param controlPlane whether the cluster counts it as one
    /// @param kubelet the release of its kubelet
    /// @param address its first internal one
    public record SeenNode(String name, boolean controlPlane, String kubelet, String address) {}

    /// @param authority which of the authority's files there are
    /// @param nodes how many nodes the cluster has; 0 if it did not tell
    /// @param named the first of them
    /// @param configuration kubeadm's stored ClusterConfiguration, YAML; absent if it could not be
    ///   read whole
    /// @param trouble why the nodes could not be asked for
    public record ClusterFacts(
            Set<String> authority,
            int nodes,
            List<String> named,
            Optional<String> configuration,
            String trouble) {
        public ClusterFacts {
            authority = new TreeSet<>(authority);
            named = List.copyOf(named);
        }
    }
}
