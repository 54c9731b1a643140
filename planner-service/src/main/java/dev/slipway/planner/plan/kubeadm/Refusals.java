package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.PlanInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Changes to a running cluster that are known but not served yet. They are refused by name, all at
/// once, rather than left undone in silence.
final class Refusals {
    private final Clusterfile applied;
    private final Clusterfile wanted;
    private final List<String> changes = new ArrayList<>();

    private Refusals(Clusterfile applied, Clusterfile wanted) {
        this.applied = applied;
        this.wanted = wanted;
    }

    static Optional<Compilation.Refused> of(PlanInput input) {
        return input.recorded()
                .applied()
                .map(applied -> new Refusals(applied, input.clusterfile()).changes())
                .filter(changes -> !changes.isEmpty())
                .map(changes ->
                        new Compilation.Refused(
                                ReasonCode.NOT_SERVED_YET,
                                "a running cluster cannot be changed like this yet: %s; take it back, or reset the cluster and apply again"
                                        .formatted(String.join("; ", changes))));
    }

    private List<String> changes() {
        differ("spec.runtime.version", applied.version(), wanted.version());
        differ("spec.apiPort", applied.apiPort(), wanted.apiPort());
        differ(
                "spec.endpoint",
                applied.endpoint().orElse("none"),
                wanted.endpoint().orElse("none"));
        differ(
                "the control plane's address",
                applied.controlPlane().address(),
                wanted.controlPlane().address());
        if (!applied.certificates().equals(wanted.certificates())) {
            changes.add("spec.certificates differs");
        }
        if (!applied.kubeadm().equals(wanted.kubeadm())) {
            changes.add("kubeadm's documents differ");
        }
        for (ClusterHost host : applied.hosts()) {
            host(host, wanted.host(host.address()));
        }
        return changes;
    }

    private void host(ClusterHost before, Optional<ClusterHost> now) {
        HostAddress address = before.address();
        if (now.isEmpty()) {
            changes.add("host %s is gone from the file".formatted(address));
        } else if (now.get().role() != before.role()) {
            differ("the role of " + address, before.role().word(), now.get().role().word());
        } else {
            differ(
                    "the name of " + address,
                    before.name().orElse("its hostname"),
                    now.get().name().orElse("its hostname"));
        }
    }

    private void differ(String what, Object before, Object now) {
        if (!before.equals(now)) {
            changes.add("%s from %s to %s".formatted(what, before, now));
        }
    }
}
