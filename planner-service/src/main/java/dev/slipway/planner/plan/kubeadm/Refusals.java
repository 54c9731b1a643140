package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.Endpoint;
import dev.slipway.planner.clusterfile.KubeadmKind;
import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.RefusedChanges;
import java.util.Map;
import java.util.Optional;

/// Changes of kubeadm's clusters that are not served yet.
final class Refusals {
    private final Clusterfile applied;
    private final Clusterfile wanted;
    private final RefusedChanges changes;

    private Refusals(Clusterfile applied, Clusterfile wanted) {
        this.applied = applied;
        this.wanted = wanted;
        this.changes = RefusedChanges.between(applied, wanted);
    }

    static Optional<Compilation.Refused> of(PlanInput input) {
        return input.recorded()
                .applied()
                .flatMap(applied -> new Refusals(applied, input.clusterfile()).refusal())
                .or(() -> RefusedChanges.losses(input, true));
    }

    private Optional<Compilation.Refused> refusal() {
        changes.differ("spec.runtime.version", applied.version(), wanted.version());
        changes.differ("spec.apiPort", applied.apiPort(), wanted.apiPort());
        endpoint();
        changes.differ(
                "spec.containerRuntime.type",
                applied.containerRuntime().word(),
                wanted.containerRuntime().word());
        if (!documents(applied).equals(documents(wanted))) {
            changes.add("kubeadm's documents differ");
        }
        return changes.refusal();
    }

    private static Map<KubeadmKind, Map<String, Object>> documents(Clusterfile clusterfile) {
        return clusterfile.runtime() instanceof ClusterRuntime.Kubeadm kubeadm
                ? kubeadm.documents()
                : Map.of();
    }

    /// It stands in every node's kubeconfig and in certificates. What keeps it reachable may
    /// change.
    private void endpoint() {
        Endpoint before = applied.endpoint();
        Endpoint now = wanted.endpoint();
        if (before.getClass() != now.getClass()
                || !before.host().equals(now.host())
                || before.port() != now.port()) {
            changes.differ("spec.endpoint", before.describe(), now.describe());
        } else if (now instanceof Endpoint.ControlPlane) {
            changes.differ(
                    "the control plane's address, which is the endpoint,",
                    applied.controlPlane().address(),
                    wanted.controlPlanes().stream()
                            .findFirst()
                            .map(h -> h.address().toString())
                            .orElse("none"));
        }
    }
}
