package dev.slipway.planner.inspect;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What `inspect` found on one host. Every text is at most 256 characters of printable ASCII; what
/// the host did not tell is empty, zero or false.
///
/// @param owner whose the host is, absent if nobody's
/// @param strangeOwner whether there is an owner file that cannot be read as one
/// @param clockSkew the host's clock minus the suite's, within the time of transport
public record HostFacts(
        SystemFacts system,
        HardwareFacts hardware,
        NetworkFacts network,
        ToolFacts tools,
        NodeFacts node,
        Optional<Ownership> owner,
        boolean strangeOwner,
        Duration clockSkew) {

    /// @param os `ID` of /etc/os-release
    /// @param architecture as `uname -m` says
    /// @param hostname as `uname -n` says
    /// @param systemd whether there is a `systemctl`
    public record SystemFacts(
            String os,
            String osVersion,
            String osName,
            String architecture,
            String kernel,
            String hostname,
            String machineId,
            String bootId,
            boolean systemd) {}

    /// @param freeDiskMib below /var/lib
    /// @param diskWritable whether /var/lib can be written
    /// @param productUuid empty where firmware tells none
    public record HardwareFacts(
            int cpus,
            long memoryMib,
            long freeDiskMib,
            boolean diskWritable,
            String productUuid,
            boolean swapOn) {}

    /// @param addresses of all interfaces, without prefix length
    /// @param defaultAddress the one that packets to elsewhere leave from
    /// @param portsInUse those of Kubernetes' ports on which something listens
    public record NetworkFacts(
            Set<String> addresses,
            Optional<String> defaultAddress,
            Set<Integer> portsInUse,
            boolean ipForward,
            boolean bridgeNetfilter) {
        public NetworkFacts {
            addresses = new TreeSet<>(addresses);
            portsInUse = new TreeSet<>(portsInUse);
        }
    }

    /// @param versions by tool, as the tool prints it; a tool that is not there is not in it
    /// @param paths by tool
    public record ToolFacts(Map<String, String> versions, Map<String, String> paths) {
        public ToolFacts {
            versions = new TreeMap<>(versions);
            paths = new TreeMap<>(paths);
        }

        public boolean has(String tool) {
            return paths.containsKey(tool);
        }
    }

    /// @param kubernetesFiles the paths of an installed node that exist
    /// @param initialised whether Slipway's `init` succeeded here
    /// @param joined whether Slipway's join succeeded here
    /// @param caDigest hexadecimal SHA-256 of /etc/kubernetes/pki/ca.crt
    /// @param cniConfigured whether /etc/cni/net.d holds a configuration
    public record NodeFacts(
            Provenance containerdUnit,
            Provenance kubeletUnit,
            Provenance kubeletDropIn,
            boolean containerdActive,
            boolean kubeletActive,
            List<String> kubernetesFiles,
            boolean initialised,
            boolean joined,
            Optional<String> caDigest,
            boolean cniConfigured) {
        public NodeFacts {
            kubernetesFiles = List.copyOf(kubernetesFiles);
        }

        /// Whether the host is a whole member of a cluster, as far as files tell.
        public boolean isMember() {
            return initialised || joined;
        }
    }
}
