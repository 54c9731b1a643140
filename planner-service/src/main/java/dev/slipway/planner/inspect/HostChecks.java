package dev.slipway.planner.inspect;

import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.Endpoint;
import dev.slipway.planner.clusterfile.FileSource;
import dev.slipway.planner.clusterfile.KubeadmKind;
import dev.slipway.planner.clusterfile.KubernetesVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The checks of one host by itself. Thresholds are kubeadm's own preflight checks where it has one
/// (2 CPUs and 1700 MB for a control plane), so that they come out before anything is changed.
final class HostChecks {
    private static final int LEAST_CPUS = 2;
    private static final int LEAST_MEMORY_MIB = 1700;
    private static final int LEAST_DISK_MIB = 1024;
    private static final int FULL_DISK_MIB = 64;
    private static final int LEAST_MTU = 1280;

    /// kubeadm back-dates certificates by five minutes; a host further behind refuses them.
    private static final Duration MOST_SKEW = Duration.ofMinutes(4);

    private final Clusterfile clusterfile;
    private final ClusterHost host;
    private final HostFacts facts;
    private final HostReport.Draft report;

    HostChecks(
            Clusterfile clusterfile, ClusterHost host, HostFacts facts, HostReport.Draft report) {
        this.clusterfile = clusterfile;
        this.host = host;
        this.facts = facts;
        this.report = report;
    }

    void all(Ownership wanted) {
        owner(wanted);
        new SystemChecks(clusterfile, host, facts, report).all();
        hardware();
        swap();
        clock();
        tools();
        if (facts.owner().isEmpty()) {
            ports();
            endpoint();
        }
        mtu();
        resolvers();
    }

    /// Whether the host may be this cluster's.
    void owner(Ownership wanted) {
        made(Check.OWNER);
        if (facts.strangeOwner()) {
            fail(
                    Check.OWNER,
                    ReasonCode.HOST_OWNED_BY_OTHER,
                    "%s cannot be read as Slipway's mark".formatted(Ownership.FILE));
            return;
        }
        if (facts.owner().isPresent()) {
            owned(facts.owner().get(), wanted);
            return;
        }
        List<String> files = facts.node().kubernetesFiles();
        if (!files.isEmpty()) {
            fail(
                    Check.OWNER,
                    ReasonCode.CLUSTER_PRESENT,
                    "%s is there and Slipway did not make it"
                            .formatted(Quoted.of(files.getFirst())));
        }
    }

    private void owned(Ownership owner, Ownership wanted) {
        if (!owner.isSameCluster(wanted)) {
            fail(
                    Check.OWNER,
                    ReasonCode.HOST_OWNED_BY_OTHER,
                    "the host belongs to cluster \"%s\" of tenant \"%s\"%s"
                            .formatted(
                                    owner.cluster(),
                                    owner.tenant(),
                                    owner.installation().equals(wanted.installation())
                                            ? ""
                                            : ", installed by another Slipway ("
                                                    + owner.installation()
                                                    + ")"));
        } else if (owner.generation() != wanted.generation()
                && !facts.node().kubernetesFiles().isEmpty()) {
            report.fail(
                    host.address(),
                    Check.OWNER,
                    ReasonCode.CLUSTER_PRESENT,
                    "the host is left from generation %d of the cluster, expected %d"
                            .formatted(owner.generation(), wanted.generation()),
                    "Run kubeadm reset -f there and remove "
                            + Ownership.FILE
                            + ", then apply again.");
        }
    }

    private void hardware() {
        var hardware = facts.hardware();
        made(Check.CPUS);
        made(Check.MEMORY);
        made(Check.DISK);
        if (host.isControlPlane() && hardware.cpus() < LEAST_CPUS) {
            fail(
                    Check.CPUS,
                    ReasonCode.PREFLIGHT_FAILED,
                    "%d CPU, a control plane needs %d".formatted(hardware.cpus(), LEAST_CPUS));
        }
        if (host.isControlPlane() && hardware.memoryMib() < LEAST_MEMORY_MIB) {
            fail(
                    Check.MEMORY,
                    ReasonCode.PREFLIGHT_FAILED,
                    "%d MiB of memory, a control plane needs %d"
                            .formatted(hardware.memoryMib(), LEAST_MEMORY_MIB));
        }
        if (!hardware.diskWritable()) {
            fail(Check.DISK, ReasonCode.DISK_READ_ONLY, "/var/lib cannot be written");
        } else if (hardware.freeDiskMib() < LEAST_DISK_MIB && !facts.node().isMember()) {
            fail(
                    Check.DISK,
                    hardware.freeDiskMib() < FULL_DISK_MIB
                            ? ReasonCode.DISK_FULL
                            : ReasonCode.PREFLIGHT_FAILED,
                    "%d MiB free below /var/lib, expected %d"
                            .formatted(hardware.freeDiskMib(), LEAST_DISK_MIB));
        }
    }

    /// `prepare` turns it off on a host that is no node yet. On a node it came back.
    private void swap() {
        made(Check.SWAP);
        boolean refused =
                !Boolean.FALSE.equals(clusterfile.document(KubeadmKind.KUBELET).get("failSwapOn"));
        if (facts.hardware().swapOn() && refused && facts.node().isMember()) {
            report.warn(
                    host.address(),
                    Check.SWAP,
                    "swap is on, and the kubelet will not start again with it",
                    "Turn it off (swapoff -a, and take it out of /etc/fstab or mask its unit), or set failSwapOn: false in the KubeletConfiguration.");
        }
    }

    private void clock() {
        made(Check.CLOCK);
        if (facts.clockSkew().abs().compareTo(MOST_SKEW) > 0) {
            fail(
                    Check.CLOCK,
                    ReasonCode.PREFLIGHT_FAILED,
                    "the clock is %d s %s, expected at most %d s off: set the time (chrony, ntpd)"
                            .formatted(
                                    facts.clockSkew().abs().toSeconds(),
                                    facts.clockSkew().isNegative() ? "behind" : "ahead",
                                    MOST_SKEW.toSeconds()));
        }
    }

    private void tools() {
        made(Check.TOOLS);
        boolean fetchesKubernetes = fetches("kubernetes");
        for (String tool : List.of("kubeadm", "kubelet", "kubectl")) {
            if (!fetchesKubernetes && (host.isControlPlane() || !tool.equals("kubectl"))) {
                kubernetesTool(tool, clusterfile.version());
            }
        }
        if (!fetches("containerd") && !facts.tools().has("containerd")) {
            report.fail(
                    host.address(),
                    Check.TOOLS,
                    ReasonCode.TOOL_MISSING,
                    "containerd is not on the host's PATH",
                    "Name it in spec.artifacts, or install it there%s."
                            .formatted(
                                    facts.system()
                                            .family()
                                            .or(clusterfile::hostFamily)
                                            .map(f -> " (" + f.containerd() + ")")
                                            .orElse("")));
        }
        downloads();
    }

    /// What `prepare` and `addons` fetch.
    private void downloads() {
        boolean artifacts = !clusterfile.artifacts().isEmpty();
        boolean fetched =
                clusterfile.artifacts().stream()
                        .anyMatch(a -> a.source() instanceof FileSource.Url);
        boolean manifests =
                host.isControlPlane()
                        && clusterfile.manifests().stream().anyMatch(m -> m.url().isPresent());
        if ((fetched || manifests) && !facts.tools().has("curl") && !facts.tools().has("wget")) {
            fail(
                    Check.TOOLS,
                    ReasonCode.TOOL_MISSING,
                    "fetching %s needs curl or wget, and neither is on the host's PATH"
                            .formatted(fetched ? "artifacts" : "manifests"));
        }
        for (String tool : List.of("tar", "gzip")) {
            if (artifacts && !facts.tools().has(tool)) {
                fail(
                        Check.TOOLS,
                        ReasonCode.TOOL_MISSING,
                        "unpacking artifacts needs %s, which is not on the host's PATH"
                                .formatted(tool));
            }
        }
    }

    private void kubernetesTool(String tool, KubernetesVersion wanted) {
        if (!facts.tools().has(tool)) {
            fail(Check.TOOLS, ReasonCode.TOOL_MISSING, tool + " is not on the host's PATH");
            return;
        }
        String found = facts.tools().versions().getOrDefault(tool, "");
        boolean kubectl = tool.equals("kubectl");
        boolean fits =
                KubernetesVersion.parse(found)
                        .map(v -> kubectl ? v.minor() == wanted.minor() : v.equals(wanted))
                        .orElse(false);
        if (!fits) {
            fail(
                    Check.TOOLS,
                    ReasonCode.VERSION_MISMATCH,
                    "%s is %s, expected %s".formatted(tool, Quoted.of(found), wanted));
        }
    }

    private boolean fetches(String artifact) {
        return clusterfile.artifacts().stream().anyMatch(a -> a.name().equals(artifact));
    }

    /// A virtual address is nobody's.
    private void endpoint() {
        clusterfile
                .endpoint()
                .host()
                .filter(_ -> !(clusterfile.endpoint() instanceof Endpoint.External))
                .filter(h -> !h.startsWith("127."))
                .filter(facts.network().addresses()::contains)
                .ifPresent(address ->
                        fail(
                                Check.NETWORKS,
                                ReasonCode.PREFLIGHT_FAILED,
                                "%s is an address of the host and the cluster's endpoint: say another one in spec.endpoint"
                                        .formatted(address)));
    }

    private void ports() {
        made(Check.PORTS);
        var needed =
                new ArrayList<>(
                        host.isControlPlane()
                                ? List.of(clusterfile.apiPort(), 2379, 2380, 10250, 10257, 10259)
                                : List.of(10250));
        if (clusterfile.endpoint() instanceof Endpoint.LocalProxy proxy) {
            needed.add(proxy.port());
        }
        for (int port : needed) {
            if (facts.network().portsInUse().contains(port)) {
                fail(
                        Check.PORTS,
                        ReasonCode.PREFLIGHT_FAILED,
                        "port %d is in use, Kubernetes needs it: stop what listens there"
                                .formatted(port));
            }
        }
    }

    /// IPv6 needs 1280 octets (RFC 8200 §5), and an overlay's own headers come on top.
    private void mtu() {
        int mtu = facts.network().mtu();
        if (mtu > 0) {
            made(Check.MTU);
            if (mtu < LEAST_MTU) {
                fail(
                        Check.MTU,
                        ReasonCode.PREFLIGHT_FAILED,
                        "packets of at most %d octets leave the host, expected at least %d: raise the interface's MTU"
                                .formatted(mtu, LEAST_MTU));
            }
        }
    }

    /// CoreDNS sends what it does not know to the host's name servers; to one on the loopback it
    /// sends it to itself.
    private void resolvers() {
        Optional<List<String>> resolvers = facts.network().resolvers();
        if (resolvers.isEmpty()) {
            return;
        }
        made(Check.DNS);
        if (resolvers.get().isEmpty()) {
            report.warn(
                    host.address(),
                    Check.DNS,
                    "/etc/resolv.conf names no name server",
                    "Pods will resolve names of the cluster only: name one there if they need others.");
        } else if (resolvers.get().stream().allMatch(HostChecks::isLoopback)) {
            report.warn(
                    host.address(),
                    Check.DNS,
                    "the only name servers are on the loopback (%s): CoreDNS would ask itself"
                            .formatted(String.join(", ", resolvers.get())),
                    "Name a server that pods can reach, in a file that the KubeletConfiguration's resolvConf names.");
        }
    }

    private static boolean isLoopback(String address) {
        return address.startsWith("127.") || address.equals("::1");
    }

    private void made(Check check) {
        report.passed(host.address(), check);
    }

    private void fail(Check check, ReasonCode reason, String message) {
        report.fail(host.address(), check, reason, message);
    }
}
