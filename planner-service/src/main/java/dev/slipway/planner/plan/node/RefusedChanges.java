package dev.slipway.planner.plan.node;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.JoinMode;
import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.PlanInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Changes to a running cluster that are known but not served yet, all at once and by name, rather
/// than left undone in silence; and those that would leave no cluster.
public final class RefusedChanges {
    private final List<String> changes = new ArrayList<>();

    private RefusedChanges() {}

    /// What no runtime lets change.
    public static RefusedChanges between(Clusterfile applied, Clusterfile wanted) {
        var refused = new RefusedChanges();
        refused.differ("spec.runtime.type", type(applied), type(wanted));
        if (!applied.certificates().equals(wanted.certificates())) {
            refused.add("spec.certificates differs");
        }
        for (ClusterHost host : applied.hosts()) {
            wanted.host(host.address()).ifPresent(now -> refused.host(host, now));
        }
        return refused;
    }

    private static String type(Clusterfile clusterfile) {
        return switch (clusterfile.runtime()) {
            case ClusterRuntime.Kubeadm _ -> "kubeadm";
            case ClusterRuntime.K0s _ -> "k0s";
        };
    }

    private void host(ClusterHost before, ClusterHost now) {
        HostAddress address = before.address();
        if (now.role() != before.role()) {
            differ("the role of " + address, before.role().word(), now.role().word());
        } else {
            differ(
                    "the name of " + address,
                    before.name().orElse("its hostname"),
                    now.name().orElse("its hostname"));
        }
    }

    public void add(String change) {
        changes.add(change);
    }

    public void differ(String what, Object before, Object now) {
        if (!before.toString().equals(now.toString())) {
            add("%s from %s to %s".formatted(what, before, now));
        }
    }

    public Optional<Compilation.Refused> refusal() {
        return changes.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Compilation.Refused(
                                ReasonCode.NOT_SERVED_YET,
                                "a running cluster cannot be changed like this yet: %s; take it back, or reset the cluster and apply again"
                                        .formatted(String.join("; ", changes))));
    }

    /// What would leave no cluster, and nodes that could not be called by their names.
    ///
    /// @param members whether each control plane has a member of etcd
    public static Optional<Compilation.Refused> losses(PlanInput input, boolean members) {
        return none(input)
                .or(() -> members ? quorum(input) : Optional.empty())
                .or(() -> nameless(input))
                .or(() -> longNamed(input));
    }

    private static Optional<Compilation.Refused> none(PlanInput input) {
        return input.clusterfile().controlPlanes().isEmpty()
                ? Optional.of(
                        new Compilation.Refused(
                                ReasonCode.ETCD_QUORUM_LOST,
                                "all control planes are declared absent, and with them is all that the cluster knew: reset it, and install it anew"))
                : Optional.empty();
    }

    /// What is left of etcd must be a majority of what it was: else it answers nobody, and lets no
    /// member go.
    private static Optional<Compilation.Refused> quorum(PlanInput input) {
        List<ClusterHost> lost =
                input.recorded().lost(input.clusterfile()).stream()
                        .filter(ClusterHost::isControlPlane)
                        .toList();
        int members = input.recorded().applied().map(a -> a.controlPlanes().size()).orElse(0);
        int left = members - lost.size();
        return lost.isEmpty() || left > members / 2
                ? Optional.empty()
                : Optional.of(
                        new Compilation.Refused(
                                ReasonCode.ETCD_QUORUM_LOST,
                                "%d of %d control planes are declared absent (%s): etcd has no majority with the %d left, so it can neither answer nor let a member go; bring one back, or restore etcd from a backup"
                                        .formatted(
                                                lost.size(),
                                                members,
                                                lost.stream()
                                                        .map(h -> h.address().toString())
                                                        .collect(Collectors.joining(", ")),
                                                left)));
    }

    private static Optional<Compilation.Refused> nameless(PlanInput input) {
        return input.recorded().lost(input.clusterfile()).stream()
                .filter(h -> input.knownName(h).isEmpty())
                .findFirst()
                .map(h ->
                        new Compilation.Refused(
                                ReasonCode.CLUSTERFILE_INVALID,
                                "host %s is declared absent and its node's name was never seen: say it (names) in its entry of spec.hosts"
                                        .formatted(h.address())));
    }

    private static Optional<Compilation.Refused> longNamed(PlanInput input) {
        return input.clusterfile().workers().stream()
                .filter(_ -> input.clusterfile().join() == JoinMode.CERTIFICATE)
                .filter(h -> input.nodeName(h).length() > Materials.LONGEST_NODE_NAME)
                .findFirst()
                .map(h ->
                        new Compilation.Refused(
                                ReasonCode.CLUSTERFILE_INVALID,
                                "the name of host %s has %d characters, a node that joins by certificate may have %d: say a shorter one (names) in its entry of spec.hosts, or spec.join: token"
                                        .formatted(
                                                h.address(),
                                                input.nodeName(h).length(),
                                                Materials.LONGEST_NODE_NAME)));
    }
}
