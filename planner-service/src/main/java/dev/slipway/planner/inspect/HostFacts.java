package dev.slipway.planner.inspect;

import dev.slipway.planner.clusterfile.ContainerRuntime;
import dev.slipway.planner.clusterfile.HostFamily;
import dev.slipway.planner.clusterfile.IpFamily;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What `inspect` found on one host. Every text is at most 256 characters of printable ASCII; what
/// the host did not tell is empty, zero or false.
///
/// @param owner whose the host is, absent if nobody's
/// @param strangeOwner whether there is an owner file that cannot be read as one
/// @param clockSkew the host's clock minus the suite's, within the time of transport
/// @param probes what only `check` asks
/// @param k0s what is there of k0s
/// @param docker what is there of Docker and cri-dockerd
/// @param kubeadm what only `adopt` asks
public record HostFacts(
        SystemFacts system,
        HardwareFacts hardware,
        NetworkFacts network,
        ToolFacts tools,
        NodeFacts node,
        Optional<Ownership> owner,
        boolean strangeOwner,
        Duration clockSkew,
        ProbeFacts probes,
        K0sFacts k0s,
        DockerFacts docker,
        Optional<KubeadmFacts> kubeadm) {
    public HostFacts {
        // Facts that were stored by an earlier release lack these.
        k0s = Objects.requireNonNullElse(k0s, K0sFacts.NONE);
        docker = Objects.requireNonNullElse(docker, DockerFacts.NONE);
        kubeadm = Objects.requireNonNullElse(kubeadm, Optional.empty());
    }

    /// Whether all that the kubelet needs to run containers by it runs.
    public boolean isActive(ContainerRuntime runtime) {
        return switch (runtime) {
            case CONTAINERD -> node.containerdActive();
            case DOCKER -> docker.active() && docker.criDockerdActive();
        };
    }

    /// As the host will be found once it is marked as a whole member of that cluster.
    public HostFacts asMember(Ownership cluster) {
        return new HostFacts(
                system,
                hardware,
                network,
                tools,
                node.asMember(),
                Optional.of(cluster),
                false,
                clockSkew,
                probes,
                k0s,
                docker,
                kubeadm);
    }

    /// @param os `ID` of /etc/os-release
    /// @param osLike the words of `ID_LIKE`, the nearest first
    /// @param architecture as `uname -m` says
    /// @param hostname as `uname -n` says
    /// @param systemd whether there is a `systemctl`
    /// @param openrc whether OpenRC runs; then systemd is not asked for
    /// @param selinux `enforcing`, `permissive` or `off`; empty if it was not told
    /// @param containerPolicy whether SELinux's policy knows containers
    /// @param firewall the one that is on: `firewalld` or `ufw`, else `none`; empty if it was not
    ///   told
    /// @param cgroups 1 or 2, the version of the hierarchy; 0 if it was not told
    /// @param controllers those of version 2
    /// @param modules whether a kernel module is loaded or could be; one that was not asked for is
    ///   not in it
    public record SystemFacts(
            String os,
            List<String> osLike,
            String osVersion,
            String osName,
            String architecture,
            String kernel,
            String hostname,
            String machineId,
            String bootId,
            boolean systemd,
            boolean openrc,
            String selinux,
            boolean containerPolicy,
            String firewall,
            int cgroups,
            Set<String> controllers,
            Map<String, Boolean> modules) {
        public SystemFacts {
            // Facts that were stored by an earlier release lack these.
            osLike = List.copyOf(Objects.requireNonNullElse(osLike, List.of()));
            selinux = Objects.requireNonNullElse(selinux, "");
            firewall = Objects.requireNonNullElse(firewall, "");
            controllers = new TreeSet<>(controllers);
            modules = new TreeMap<>(modules);
        }

        /// By the distribution alone.
        public Optional<HostFamily> family() {
            return HostFamily.of(os, osLike);
        }

        public boolean hasSelinux() {
            return selinux.equals("enforcing") || selinux.equals("permissive");
        }
    }

    /// @param freeDiskMib below /var/lib
    /// @param freeDiskPercent of the file system of /var/lib; 0 if it was not told
    /// @param diskWritable whether /var/lib can be written
    /// @param productUuid empty where firmware tells none
    public record HardwareFacts(
            int cpus,
            long memoryMib,
            long freeDiskMib,
            int freeDiskPercent,
            boolean diskWritable,
            String productUuid,
            boolean swapOn) {}

    /// @param addresses of all interfaces, without prefix length
    /// @param defaultAddress the one that packets to elsewhere leave from; IPv4 where there is one
    /// @param secondAddress the same of IPv6, where the default address is of IPv4
    /// @param portsInUse those of Kubernetes' ports on which something listens
    /// @param mtu of the interface that packets to elsewhere leave from; 0 if it was not told
    /// @param routes the networks that it has routes to, as `10.0.0.0/8`, the defaults not among
    ///   them
    /// @param resolvers the name servers of the file that the kubelet hands to pods; absent if that
    ///   was not told
    public record NetworkFacts(
            Set<String> addresses,
            Optional<String> defaultAddress,
            Optional<String> secondAddress,
            Set<Integer> portsInUse,
            boolean ipForward,
            boolean bridgeNetfilter,
            int mtu,
            Set<String> routes,
            Optional<List<String>> resolvers) {
        public NetworkFacts {
            routes = new TreeSet<>(routes);
            resolvers = resolvers.map(List::copyOf);
            addresses = new TreeSet<>(addresses);
            portsInUse = new TreeSet<>(portsInUse);
        }

        /// The address of that family that packets to elsewhere leave from.
        public Optional<String> address(IpFamily family) {
            return Stream.of(defaultAddress, secondAddress)
                    .flatMap(Optional::stream)
                    .filter(address -> IpFamily.of(address).equals(Optional.of(family)))
                    .findFirst();
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

        NodeFacts asMember() {
            return new NodeFacts(
                    containerdUnit,
                    kubeletUnit,
                    kubeletDropIn,
                    containerdActive,
                    kubeletActive,
                    kubernetesFiles,
                    initialised,
                    true,
                    caDigest,
                    cniConfigured);
        }
    }

    /// @param service the k0s service that is installed, `k0scontroller` or `k0sworker`; empty if
    ///   none is
    /// @param active whether it runs
    /// @param release that the running process is of, as `v1.36.2+k0s.0`; empty if none runs or it
    ///   does not answer
    public record K0sFacts(String service, boolean active, String release) {
        public static final K0sFacts NONE = new K0sFacts("", false, "");
    }

    /// @param unit of Docker
    /// @param config /etc/docker/daemon.json
    /// @param criDockerdUnit of the service `cri-docker`
    public record DockerFacts(
            Provenance unit,
            Provenance config,
            Provenance criDockerdUnit,
            boolean active,
            boolean criDockerdActive) {
        public static final DockerFacts NONE =
                new DockerFacts(Provenance.NONE, Provenance.NONE, Provenance.NONE, false, false);
    }

    /// What was tried from the host; what was not, or could not be, is absent or empty.
    ///
    /// @param diskSync the mean time of a small synchronous write where etcd keeps its data
    /// @param names whether a DNS name resolves
    /// @param silentPeers `address:port` of other nodes from which nothing came back, not even a
    ///   refusal; at most 40
    /// @param peersAsked how many were tried
    /// @param images what is known of each image: `present` on the host, or the registry's HTTP
    ///   status, `000` if it did not answer
    /// @param login whether Docker's config.json has credentials for the registry
    /// @param runtimeAnswers whether the container runtime answers on its socket
    /// @param node the status of the host's own node, as `Ready,SchedulingDisabled`; of a
    ///   controller that is no node, `Ready` where its API server is
    /// @param nodeTrouble why it could not be asked for
    /// @param pods of the whole cluster, asked on its first control plane
    /// @param services likewise, those without endpoints
    public record ProbeFacts(
            Optional<Duration> diskSync,
            Map<String, Boolean> names,
            Set<String> silentPeers,
            int peersAsked,
            Map<String, String> images,
            boolean login,
            Optional<Boolean> runtimeAnswers,
            Optional<String> node,
            Optional<String> nodeTrouble,
            Optional<Tally> pods,
            Optional<Tally> services) {
        public ProbeFacts {
            names = new TreeMap<>(names);
            silentPeers = new TreeSet<>(silentPeers);
            images = new TreeMap<>(images);
        }
    }

    /// How many there are, and which of them are not well.
    ///
    /// @param bad how many
    /// @param named the first of those, `namespace/name` and what is wrong; at most 20
    public record Tally(int all, int bad, List<String> named) {
        public Tally {
            named = List.copyOf(named);
        }
    }
}
