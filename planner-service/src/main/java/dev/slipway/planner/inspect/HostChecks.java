package dev.slipway.planner.inspect;

import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.Endpoint;
import dev.slipway.planner.clusterfile.KubeadmKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The checks of one host by itself. Thresholds are those of the runtime's own checks where it has
/// one ([HostNeeds]), so that they come out before anything is changed.
final class HostChecks {
    private static final int FULL_DISK_MIB = 64;
    private static final int LEAST_MTU = 1280;
    private static final String KUBEADM = "/etc/kubernetes/";
    private static final String MORE =
            "A small cluster may do with that; give the host more before it grows.";

    /// kubeadm back-dates certificates by five minutes; a host further behind refuses them.
    private static final Duration MOST_SKEW = Duration.ofMinutes(4);

    private final Clusterfile clusterfile;
    private final NodePorts ports;
    private final ClusterHost host;
    private final HostFacts facts;
    private final HostReport.Draft report;

    HostChecks(
            Clusterfile clusterfile,
            NodePorts ports,
            ClusterHost host,
            HostFacts facts,
            HostReport.Draft report) {
        this.clusterfile = clusterfile;
        this.ports = ports;
        this.host = host;
        this.facts = facts;
        this.report = report;
    }

    void all(Ownership wanted) {
        owner(wanted);
        new SystemChecks(clusterfile, ports, host, facts, report).all();
        hardware();
        switch (clusterfile.runtime()) {
            case ClusterRuntime.Kubeadm kubeadm -> swap(kubeadm);
            case ClusterRuntime.K0s _ -> k0s();
        }
        clock();
        new ToolChecks(clusterfile, host, facts, report).all();
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
        present()
                .ifPresent(present ->
                        fail(
                                Check.OWNER,
                                ReasonCode.CLUSTER_PRESENT,
                                "%s is there and Slipway did not make it"
                                        .formatted(Quoted.of(present))));
    }

    /// What shows that the host is a node of some cluster.
    private Optional<String> present() {
        return facts.node().kubernetesFiles().stream()
                .findFirst()
                .or(() ->
                        Optional.of(facts.k0s().service())
                                .filter(service -> !service.isEmpty())
                                .map(service -> "service " + service));
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
        } else if (owner.generation() != wanted.generation() && present().isPresent()) {
            report.fail(
                    host.address(),
                    Check.OWNER,
                    ReasonCode.CLUSTER_PRESENT,
                    "the host is left from generation %d of the cluster, expected %d"
                            .formatted(owner.generation(), wanted.generation()),
                    "Run %s there and remove %s, then apply again."
                            .formatted(
                                    isOfK0s() ? "k0s stop and k0s reset" : "kubeadm reset -f",
                                    Ownership.FILE));
        } else {
            runtime();
        }
    }

    /// A host that was installed by the other runtime, whose ports and files are in the way.
    private void runtime() {
        boolean wanted = clusterfile.runtime() instanceof ClusterRuntime.K0s;
        boolean other = wanted ? isOfKubeadm() : isOfK0s();
        if (other) {
            report.fail(
                    host.address(),
                    Check.OWNER,
                    ReasonCode.CLUSTER_PRESENT,
                    "the cluster was installed here with %s, and its runtime is %s now"
                            .formatted(wanted ? "kubeadm" : "k0s", wanted ? "k0s" : "kubeadm"),
                    "Reset it with the Clusterfile that it was installed with (slipway reset %s -f FILE), then apply again."
                            .formatted(clusterfile.name()));
        }
    }

    private boolean isOfK0s() {
        return !facts.k0s().service().isEmpty();
    }

    private boolean isOfKubeadm() {
        return facts.node().kubernetesFiles().stream().anyMatch(f -> f.startsWith(KUBEADM));
    }

    private void hardware() {
        var hardware = facts.hardware();
        HostNeeds needs = HostNeeds.of(clusterfile, host);
        made(Check.CPUS);
        made(Check.MEMORY);
        if (hardware.cpus() < needs.cpus()) {
            lacks(
                    needs,
                    Check.CPUS,
                    "%d CPU, a %s needs %d".formatted(hardware.cpus(), role(), needs.cpus()),
                    MORE);
        }
        if (hardware.memoryMib() < needs.memoryMib()) {
            lacks(
                    needs,
                    Check.MEMORY,
                    "%d MiB of memory, a %s needs %d"
                            .formatted(hardware.memoryMib(), role(), needs.memoryMib()),
                    MORE);
        }
        disk(needs);
    }

    /// A member has put there what it is about.
    private void disk(HostNeeds needs) {
        var hardware = facts.hardware();
        int percent = hardware.freeDiskPercent();
        boolean member = facts.node().isMember();
        String free =
                "%d MiB free below /var/lib, expected %d"
                        .formatted(
                                hardware.freeDiskMib(), Math.max(needs.diskMib(), FULL_DISK_MIB));
        made(Check.DISK);
        if (!hardware.diskWritable()) {
            fail(Check.DISK, ReasonCode.DISK_READ_ONLY, "/var/lib cannot be written");
        } else if (hardware.freeDiskMib() < FULL_DISK_MIB && !member) {
            fail(Check.DISK, ReasonCode.DISK_FULL, free);
        } else if (hardware.freeDiskMib() < needs.diskMib() && !member) {
            lacks(needs, Check.DISK, free, MORE);
        } else if (percent > 0 && percent < needs.diskPercent()) {
            lacks(
                    needs,
                    Check.DISK,
                    "%d %% free below /var/lib, expected %d"
                            .formatted(percent, needs.diskPercent()),
                    "With less the kubelet takes no new pods and drives others away: make room, or give it a larger disk.");
        }
    }

    private void lacks(HostNeeds needs, Check check, String message, String advice) {
        if (needs.refused()) {
            fail(check, ReasonCode.PREFLIGHT_FAILED, message);
        } else {
            report.warn(host.address(), check, message, advice);
        }
    }

    private String role() {
        return host.isControlPlane() ? "control plane" : "worker";
    }

    /// `prepare` turns it off on a host that is no node yet. On a node it came back.
    private void swap(ClusterRuntime.Kubeadm kubeadm) {
        made(Check.SWAP);
        boolean refused =
                !Boolean.FALSE.equals(kubeadm.document(KubeadmKind.KUBELET).get("failSwapOn"));
        if (facts.hardware().swapOn() && refused && facts.node().isMember()) {
            report.warn(
                    host.address(),
                    Check.SWAP,
                    "swap is on, and the kubelet will not start again with it",
                    "Turn it off (swapoff -a, and take it out of /etc/fstab or mask its unit), or set failSwapOn: false in the KubeletConfiguration.");
        }
    }

    /// As k0s itself calls its service.
    static String k0sService(ClusterHost host) {
        return host.isControlPlane() ? "k0scontroller" : "k0sworker";
    }

    /// What the Clusterfile says of the host to k0s.
    private void k0s() {
        String installed = facts.k0s().service();
        String wanted = k0sService(host);
        if (facts.owner().isPresent() && !installed.isEmpty() && !installed.equals(wanted)) {
            report.fail(
                    host.address(),
                    Check.OWNER,
                    ReasonCode.CLUSTER_PRESENT,
                    "service %s is installed, and the host is to have %s"
                            .formatted(installed, wanted),
                    "Take the host out of the Clusterfile and apply, then list it in its new role and apply again.");
        }
        host.k0s()
                .privateAddress()
                .filter(address -> !facts.network().addresses().contains(address))
                .ifPresent(address ->
                        fail(
                                Check.NETWORKS,
                                ReasonCode.PREFLIGHT_FAILED,
                                "privateAddress %s is no address of the host".formatted(address)));
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

    /// A virtual address is nobody's.
    private void endpoint() {
        switch (clusterfile.runtime()) {
            case ClusterRuntime.Kubeadm _ ->
                    nobodys(
                            clusterfile
                                    .endpoint()
                                    .host()
                                    .filter(_ ->
                                            !(clusterfile.endpoint() instanceof Endpoint.External))
                                    .filter(h -> !h.startsWith("127.")),
                            "spec.endpoint");
            case ClusterRuntime.K0s k0s ->
                    nobodys(
                            k0s.virtualAddress(),
                            "ClusterConfig, spec.network.controlPlaneLoadBalancing");
        }
    }

    private void nobodys(Optional<String> virtual, String field) {
        virtual.filter(facts.network().addresses()::contains)
                .ifPresent(address ->
                        fail(
                                Check.NETWORKS,
                                ReasonCode.PREFLIGHT_FAILED,
                                "%s is an address of the host and the cluster's endpoint: say another one in %s"
                                        .formatted(address, field)));
    }

    private void ports() {
        made(Check.PORTS);
        for (int port : ports.needed(host)) {
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
        if (resolvers.isEmpty() || !clusterfile.isNode(host)) {
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
                    "Name a server that pods can reach, in a file that %s names."
                            .formatted(
                                    switch (clusterfile.runtime()) {
                                        case ClusterRuntime.Kubeadm _ ->
                                                "the KubeletConfiguration's resolvConf";
                                        case ClusterRuntime.K0s _ ->
                                                "a worker profile's resolvConf";
                                    }));
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
