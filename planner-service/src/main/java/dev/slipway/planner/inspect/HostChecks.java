package dev.slipway.planner.inspect;

import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.Endpoint;
import dev.slipway.planner.clusterfile.FileSource;
import dev.slipway.planner.clusterfile.KubernetesVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The checks of one host by itself. Thresholds are kubeadm's own preflight checks where it has one
/// (2 CPUs and 1700 MB for a control plane), so that they come out before anything is changed.
final class HostChecks {
    private static final Set<String> ARCHITECTURES =
            Set.of("x86_64", "aarch64", "arm64", "ppc64le", "s390x");
    private static final int LEAST_CPUS = 2;
    private static final int LEAST_MEMORY_MIB = 1700;
    private static final int LEAST_DISK_MIB = 1024;
    private static final int FULL_DISK_MIB = 64;

    /// kubeadm back-dates certificates by five minutes; a host further behind refuses them.
    private static final Duration MOST_SKEW = Duration.ofMinutes(4);

    private final ClusterHost host;
    private final HostFacts facts;
    private final List<HostProblem> problems = new ArrayList<>();

    private HostChecks(ClusterHost host, HostFacts facts) {
        this.host = host;
        this.facts = facts;
    }

    static List<HostProblem> of(
            Clusterfile clusterfile, ClusterHost host, HostFacts facts, Ownership wanted) {
        var checks = new HostChecks(host, facts);
        ownership(host, facts, wanted).ifPresent(checks.problems::add);
        checks.system();
        checks.hardware();
        checks.tools(clusterfile);
        if (facts.owner().isEmpty()) {
            checks.ports(clusterfile);
            checks.endpoint(clusterfile);
        }
        return checks.problems;
    }

    /// Whether the host may be this cluster's.
    static Optional<HostProblem> ownership(ClusterHost host, HostFacts facts, Ownership wanted) {
        if (facts.strangeOwner()) {
            return Optional.of(
                    HostProblem.of(
                            host.address(),
                            ReasonCode.HOST_OWNED_BY_OTHER,
                            "%s cannot be read as Slipway's mark".formatted(Ownership.FILE)));
        }
        if (facts.owner().isPresent()) {
            return facts.owner().flatMap(owner -> foreign(host, owner, facts, wanted));
        }
        List<String> files = facts.node().kubernetesFiles();
        return files.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        HostProblem.of(
                                host.address(),
                                ReasonCode.CLUSTER_PRESENT,
                                "%s is there and Slipway did not make it"
                                        .formatted(Quoted.of(files.getFirst()))));
    }

    private static Optional<HostProblem> foreign(
            ClusterHost host, Ownership owner, HostFacts facts, Ownership wanted) {
        if (!owner.isSameCluster(wanted)) {
            return Optional.of(
                    HostProblem.of(
                            host.address(),
                            ReasonCode.HOST_OWNED_BY_OTHER,
                            "the host belongs to cluster \"%s\" of tenant \"%s\"%s"
                                    .formatted(
                                            owner.cluster(),
                                            owner.tenant(),
                                            owner.installation().equals(wanted.installation())
                                                    ? ""
                                                    : ", installed by another Slipway ("
                                                            + owner.installation()
                                                            + ")")));
        }
        if (owner.generation() != wanted.generation()
                && !facts.node().kubernetesFiles().isEmpty()) {
            return Optional.of(
                    new HostProblem(
                            host.address(),
                            ReasonCode.CLUSTER_PRESENT,
                            "the host is left from generation %d of the cluster, expected %d"
                                    .formatted(owner.generation(), wanted.generation()),
                            "Run kubeadm reset -f there and remove "
                                    + Ownership.FILE
                                    + ", then apply again."));
        }
        return Optional.empty();
    }

    private void system() {
        var system = facts.system();
        if (!ARCHITECTURES.contains(system.architecture())) {
            add(
                    ReasonCode.HOST_UNSUPPORTED,
                    "architecture %s, expected one of %s"
                            .formatted(
                                    Quoted.of(system.architecture()),
                                    String.join(", ", new java.util.TreeSet<>(ARCHITECTURES))));
        }
        if (!system.systemd()) {
            add(ReasonCode.HOST_UNSUPPORTED, "there is no systemctl, expected systemd");
        }
        if (facts.clockSkew().abs().compareTo(MOST_SKEW) > 0) {
            add(
                    ReasonCode.PREFLIGHT_FAILED,
                    "the clock is %d s %s, expected at most %d s off: set the time (chrony, ntpd)"
                            .formatted(
                                    facts.clockSkew().abs().toSeconds(),
                                    facts.clockSkew().isNegative() ? "behind" : "ahead",
                                    MOST_SKEW.toSeconds()));
        }
    }

    private void hardware() {
        var hardware = facts.hardware();
        if (host.isControlPlane() && hardware.cpus() < LEAST_CPUS) {
            add(
                    ReasonCode.PREFLIGHT_FAILED,
                    "%d CPU, a control plane needs %d".formatted(hardware.cpus(), LEAST_CPUS));
        }
        if (host.isControlPlane() && hardware.memoryMib() < LEAST_MEMORY_MIB) {
            add(
                    ReasonCode.PREFLIGHT_FAILED,
                    "%d MiB of memory, a control plane needs %d"
                            .formatted(hardware.memoryMib(), LEAST_MEMORY_MIB));
        }
        if (!hardware.diskWritable()) {
            add(ReasonCode.DISK_READ_ONLY, "/var/lib cannot be written");
        } else if (hardware.freeDiskMib() < LEAST_DISK_MIB && !facts.node().isMember()) {
            add(
                    hardware.freeDiskMib() < FULL_DISK_MIB
                            ? ReasonCode.DISK_FULL
                            : ReasonCode.PREFLIGHT_FAILED,
                    "%d MiB free below /var/lib, expected %d"
                            .formatted(hardware.freeDiskMib(), LEAST_DISK_MIB));
        }
    }

    private void tools(Clusterfile clusterfile) {
        boolean fetchesKubernetes = fetches(clusterfile, "kubernetes");
        for (String tool : List.of("kubeadm", "kubelet", "kubectl")) {
            if (!fetchesKubernetes && (host.isControlPlane() || !tool.equals("kubectl"))) {
                kubernetesTool(tool, clusterfile.version());
            }
        }
        if (!fetches(clusterfile, "containerd") && !facts.tools().has("containerd")) {
            add(ReasonCode.TOOL_MISSING, "containerd is not on the host's PATH");
        }
        downloads(clusterfile);
    }

    /// What `prepare` and `addons` fetch.
    private void downloads(Clusterfile clusterfile) {
        boolean artifacts = !clusterfile.artifacts().isEmpty();
        boolean fetched =
                clusterfile.artifacts().stream()
                        .anyMatch(a -> a.source() instanceof FileSource.Url);
        boolean manifests =
                host.isControlPlane()
                        && clusterfile.manifests().stream().anyMatch(m -> m.url().isPresent());
        if ((fetched || manifests) && !facts.tools().has("curl") && !facts.tools().has("wget")) {
            add(
                    ReasonCode.TOOL_MISSING,
                    "fetching %s needs curl or wget, and neither is on the host's PATH"
                            .formatted(fetched ? "artifacts" : "manifests"));
        }
        for (String tool : List.of("tar", "gzip")) {
            if (artifacts && !facts.tools().has(tool)) {
                add(
                        ReasonCode.TOOL_MISSING,
                        "unpacking artifacts needs %s, which is not on the host's PATH"
                                .formatted(tool));
            }
        }
    }

    private void kubernetesTool(String tool, KubernetesVersion wanted) {
        if (!facts.tools().has(tool)) {
            add(ReasonCode.TOOL_MISSING, tool + " is not on the host's PATH");
            return;
        }
        String found = facts.tools().versions().getOrDefault(tool, "");
        boolean kubectl = tool.equals("kubectl");
        boolean fits =
                KubernetesVersion.parse(found)
                        .map(v -> kubectl ? v.minor() == wanted.minor() : v.equals(wanted))
                        .orElse(false);
        if (!fits) {
            add(
                    ReasonCode.VERSION_MISMATCH,
                    "%s is %s, expected %s".formatted(tool, Quoted.of(found), wanted));
        }
    }

    private static boolean fetches(Clusterfile clusterfile, String artifact) {
        return clusterfile.artifacts().stream().anyMatch(a -> a.name().equals(artifact));
    }

    /// A virtual address is nobody's.
    private void endpoint(Clusterfile clusterfile) {
        clusterfile
                .endpoint()
                .host()
                .filter(_ -> !(clusterfile.endpoint() instanceof Endpoint.External))
                .filter(h -> !h.startsWith("127."))
                .filter(facts.network().addresses()::contains)
                .ifPresent(address ->
                        add(
                                ReasonCode.PREFLIGHT_FAILED,
                                "%s is an address of the host and the cluster's endpoint: say another one in spec.endpoint"
                                        .formatted(address)));
    }

    private void ports(Clusterfile clusterfile) {
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
                add(
                        ReasonCode.PREFLIGHT_FAILED,
                        "port %d is in use, Kubernetes needs it: stop what listens there"
                                .formatted(port));
            }
        }
    }

    private void add(ReasonCode reason, String message) {
        problems.add(HostProblem.of(host.address(), reason, message));
    }
}
