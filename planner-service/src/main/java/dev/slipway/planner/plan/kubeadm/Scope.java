package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.plan.PlanInput;
import java.util.List;
import java.util.Optional;

/// What an `apply` has to touch: the difference between the Clusterfile on one side, the recorded
/// state and the facts on the other. Healthy nodes of which nothing changed are in no list.
///
/// @param preparing the hosts to prepare
/// @param initialising whether there is no control plane yet
/// @param joining the workers to join
/// @param addons whether the manifests are to be applied
/// @param nodes whether labels and taints are to be set
/// @param recording whether the recorded Clusterfile is out of date
record Scope(
        List<ClusterHost> preparing,
        boolean initialising,
        List<ClusterHost> joining,
        boolean addons,
        boolean nodes,
        boolean recording) {

    static Scope of(PlanInput input) {
        Clusterfile wanted = input.clusterfile();
        Optional<Clusterfile> applied = input.recorded().applied();
        boolean initialising = !input.factsOf(wanted.controlPlane()).node().initialised();
        boolean prepareAll =
                initialising
                        || applied.map(a -> !preparation(a).equals(preparation(wanted)))
                                .orElse(true);
        return new Scope(
                wanted.hosts().stream()
                        .filter(h -> prepareAll || !isHealthy(h, input.factsOf(h)))
                        .toList(),
                initialising,
                wanted.workers().stream()
                        .filter(h -> initialising || !input.factsOf(h).node().joined())
                        .toList(),
                initialising
                        || applied.map(a -> !a.manifests().equals(wanted.manifests())).orElse(true),
                applied.map(a -> !nodes(a).equals(nodes(wanted))).orElse(true),
                applied.map(a -> !a.digest().equals(wanted.digest())).orElse(true));
    }

    boolean isEmpty() {
        return preparing.isEmpty()
                && !initialising
                && joining.isEmpty()
                && !addons
                && !nodes
                && !recording;
    }

    /// A whole member whose services run.
    private static boolean isHealthy(ClusterHost host, HostFacts facts) {
        boolean member = host.isControlPlane() ? facts.node().initialised() : facts.node().joined();
        return member
                && facts.owner().isPresent()
                && facts.node().kubeletActive()
                && facts.node().containerdActive();
    }

    /// What `prepare` depends on, of every host alike.
    private static List<Object> preparation(Clusterfile clusterfile) {
        return List.of(clusterfile.hostAliases(), clusterfile.artifacts(), clusterfile.files());
    }

    private static List<Object> nodes(Clusterfile clusterfile) {
        return clusterfile.hosts().stream()
                .map(h -> (Object) List.of(h.address(), h.labels(), h.taints()))
                .toList();
    }
}
