package dev.slipway.planner.inspect;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.Role;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Whether each host is the node of one living cluster that the Clusterfile says it is, and
/// nobody's yet.
final class AdoptionChecks {
    private static final String LATER =
            "Take the host out of the Clusterfile and adopt the rest; list it again afterwards and apply, and it joins.";
    private static final String WRITE =
            "Write what the cluster has into the Clusterfile, then adopt again.";

    private final Clusterfile clusterfile;
    private final Map<HostAddress, HostFacts> facts;
    private final Ownership wanted;
    private final HostReport.Draft report;

    AdoptionChecks(
            Clusterfile clusterfile,
            Map<HostAddress, HostFacts> facts,
            Ownership wanted,
            HostReport.Draft report) {
        this.clusterfile = clusterfile;
        this.facts = facts;
        this.wanted = wanted;
        this.report = report;
    }

    void all() {
        for (ClusterHost host : clusterfile.hosts()) {
            HostFacts found = facts.get(host.address());
            if (found != null) {
                owner(host, found);
                if (isNode(host, found)) {
                    authority(host, found);
                    found.kubeadm().ifPresent(kubeadm -> member(host, found, kubeadm.member()));
                }
            }
        }
    }

    private void owner(ClusterHost host, HostFacts found) {
        if (found.strangeOwner()) {
            report.fail(
                    host.address(),
                    Check.OWNER,
                    ReasonCode.HOST_OWNED_BY_OTHER,
                    "%s cannot be read as Slipway's mark".formatted(Ownership.FILE));
        }
        found.owner()
                .filter(owner -> !owner.isSameCluster(wanted))
                .ifPresent(owner ->
                        report.fail(
                                host.address(),
                                Check.OWNER,
                                ReasonCode.HOST_OWNED_BY_OTHER,
                                "the host belongs to cluster \"%s\" of tenant \"%s\" (installation %s)"
                                        .formatted(
                                                owner.cluster(),
                                                owner.tenant(),
                                                owner.installation()),
                                "Adopt it where it is, or take it out of that cluster first."));
    }

    private boolean isNode(ClusterHost host, HostFacts found) {
        boolean kubeadm =
                found.node().kubernetesFiles().contains("/etc/kubernetes/kubelet.conf")
                        && found.k0s().service().isEmpty();
        if (!kubeadm) {
            differs(
                    host,
                    found.k0s().service().isEmpty()
                            ? "the host is no node of a cluster of kubeadm: it has no /etc/kubernetes/kubelet.conf"
                            : "the host has service %s: it is no node of kubeadm's"
                                    .formatted(found.k0s().service()),
                    LATER);
        }
        return kubeadm;
    }

    /// All hosts of one cluster have the same CA.
    private void authority(ClusterHost host, HostFacts found) {
        Optional<String> first =
                clusterfile.controlPlanes().stream()
                        .findFirst()
                        .flatMap(h -> Optional.ofNullable(facts.get(h.address())))
                        .flatMap(f -> f.node().caDigest());
        Optional<String> own = found.node().caDigest();
        if (own.isEmpty() || !own.equals(first)) {
            differs(
                    host,
                    "the host is of another cluster than the first control plane: its /etc/kubernetes/pki/ca.crt has SHA-256 %s, that one's has %s"
                            .formatted(own.orElse("none"), first.orElse("none")),
                    "Name the hosts of one cluster in a Clusterfile.");
        }
    }

    private void member(ClusterHost host, HostFacts found, KubeadmFacts.MemberFacts member) {
        String hostname = found.system().hostname().toLowerCase(Locale.ROOT);
        differ(host, "hosts[].names", host.name().orElse(hostname), member.node());
        if (member.seen().isEmpty()) {
            report.fail(
                    host.address(),
                    Check.NODE,
                    ReasonCode.API_UNREACHABLE,
                    "its kubelet is not told of its own node %s: %s"
                            .formatted(Quoted.of(member.node()), member.trouble()),
                    "Mend the node (kubelet, endpoint, certificate), or take it out of the cluster; kubectl has to be on the host.");
            return;
        }
        KubeadmFacts.SeenNode seen = member.seen().get();
        differ(
                host,
                "hosts[].roles",
                host.role().word(),
                (seen.controlPlane() ? Role.CONTROL_PLANE : Role.WORKER).word());
        differ(host, "spec.runtime.version", clusterfile.version().toString(), seen.kubelet());
        boolean driven = found.system().openrc() || member.cgroupDriver().equals("systemd");
        if (!driven) {
            differs(
                    host,
                    "the kubelet's cgroupDriver is \"%s\", and containerd on the hosts that Slipway adds goes by systemd"
                            .formatted(member.cgroupDriver()),
                    "Migrate the cluster to the systemd driver first (Kubernetes, \"Configuring a cgroup driver\").");
        }
    }

    private void differ(ClusterHost host, String field, String said, String found) {
        if (!said.equals(found)) {
            differs(
                    host,
                    "%s: the Clusterfile says %s, the cluster has %s"
                            .formatted(field, Quoted.of(said), Quoted.of(found)),
                    WRITE);
        }
    }

    private void differs(ClusterHost host, String message, String advice) {
        report.fail(host.address(), Check.NODE, ReasonCode.CLUSTER_DIFFERS, message, advice);
    }
}
