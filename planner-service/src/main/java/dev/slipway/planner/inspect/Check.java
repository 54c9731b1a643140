package dev.slipway.planner.inspect;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/// What is looked at on a host. The order is that of reports; the words stand in answers and tables
/// and are never renamed.
public enum Check {
    /// The host is reached over SSH and lets the user in.
    SSH,
    /// The user may become root.
    SUDO,
    /// The host told what it is asked.
    FACTS,
    /// The host is nobody else's.
    OWNER,
    OS,
    ARCHITECTURE,
    KERNEL,
    CGROUPS,
    MODULES,
    /// SELinux, where it is on, has rules for containers.
    SELINUX,
    /// No firewall of the host's own stands between nodes.
    FIREWALL,
    SYSCTL,
    CPUS,
    MEMORY,
    /// Space below /var/lib, and whether it can be written.
    DISK,
    /// How long a small write takes until it is on the disk: etcd waits for each.
    DISK_SYNC,
    SWAP,
    CLOCK,
    HOSTNAME,
    MACHINE_ID,
    PRODUCT_UUID,
    TOOLS,
    /// Kubernetes' ports are free on a host that is no node yet.
    PORTS,
    /// Networks of pods and services, the endpoint, and the host's addresses and routes do not
    /// overlap.
    NETWORKS,
    MTU,
    /// The host has resolvers, and the names that it needs resolve.
    DNS,
    /// The other nodes' ports answer, if only with a refusal.
    PEERS,
    REGISTRY,
    /// Every image that kubeadm needs is on the host or in the registry.
    IMAGES,
    /// The container runtime answers on its socket.
    RUNTIME,
    /// The node is in the cluster and Ready.
    NODE,
    PODS,
    /// Services have endpoints.
    SERVICES;

    /// `disk-sync`, for example.
    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// @throws IllegalArgumentException if `word` is none of them
    @JsonCreator
    public static Check of(String word) {
        return Arrays.stream(values())
                .filter(c -> c.word().equals(word))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("\"%s\" is no check".formatted(word)));
    }
}
