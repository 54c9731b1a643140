package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.HostAddress;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A host of the cluster, everything of the cluster's level already merged in.
///
/// @param address of its SSH server
/// @param name the node name it shall have; absent: it keeps its hostname
/// @param role what it is
/// @param env variables that every command on the host sees, the host's over the cluster's
/// @param labels of its node
/// @param taints of its node, in the order of the file
/// @param k0s what k0s is told of it; [K0sHost#NONE] with another runtime
public record ClusterHost(
        HostAddress address,
        Optional<String> name,
        Role role,
        SshAccess ssh,
        SortedMap<String, String> env,
        SortedMap<String, String> labels,
        List<Taint> taints,
        K0sHost k0s) {
    public ClusterHost {
        env = sorted(env);
        labels = sorted(labels);
        taints = List.copyOf(taints);
    }

    /// What of it matters where only something is run on it.
    public ListedHost listed() {
        return new ListedHost(address, name, List.of(role.word()), ssh, env);
    }

    public boolean isControlPlane() {
        return role == Role.CONTROL_PLANE;
    }

    ClusterHost withName(String other) {
        return new ClusterHost(address, Optional.of(other), role, ssh, env, labels, taints, k0s);
    }

    ClusterHost withLabels(SortedMap<String, String> others) {
        return new ClusterHost(address, name, role, ssh, env, others, taints, k0s);
    }

    ClusterHost withTaints(List<Taint> others) {
        return new ClusterHost(address, name, role, ssh, env, labels, others, k0s);
    }

    private static SortedMap<String, String> sorted(Map<String, String> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
