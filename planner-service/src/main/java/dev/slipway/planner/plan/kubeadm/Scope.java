package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.Endpoint;
import dev.slipway.planner.clusterfile.JoinMode;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.Membership;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What an `apply` has to touch: the difference between the Clusterfile on one side, the recorded
/// state and the facts on the other. Healthy nodes of which nothing changed are in no list.
///
/// @param membership who comes and who leaves
/// @param preparing the hosts to prepare
/// @param configuring whether kubeadm's stored configuration is out of date
/// @param endpoint the nodes whose endpoint's pod is out of date, or will be after the joins
/// @param addons whether the manifests are to be applied
/// @param nodes whether labels and taints are to be set
/// @param recording whether the recorded Clusterfile is out of date
record Scope(
        Membership membership,
        List<ClusterHost> preparing,
        boolean configuring,
        List<ClusterHost> endpoint,
        boolean addons,
        boolean nodes,
        boolean recording) {

    static Scope of(PlanInput input) {
        Clusterfile wanted = input.clusterfile();
        Optional<Clusterfile> applied = input.recorded().applied();
        var membership = Membership.of(input);
        boolean initialising = membership.initialising();
        boolean prepareAll =
                initialising
                        || applied.map(a -> !preparation(a).equals(preparation(wanted)))
                                .orElse(true);
        // Without a record (an install that broke off) lists may be of any age.
        boolean moved =
                !initialising
                        && applied.map(a -> !controlPlanes(a).equals(controlPlanes(wanted)))
                                .orElse(true);
        boolean refreshing =
                moved || applied.filter(a -> !a.endpoint().equals(wanted.endpoint())).isPresent();
        // Then those that join list it, until it has gone.
        boolean sponsorLeaves = wanted.controlPlanes().stream().noneMatch(input::isMember);
        return new Scope(
                membership,
                wanted.hosts().stream()
                        .filter(h -> prepareAll || !isHealthy(h, input.factsOf(h)))
                        .toList(),
                moved && !(wanted.endpoint() instanceof Endpoint.ControlPlane),
                wanted.hosts().stream()
                        .filter(h -> refreshing && !initialising)
                        .filter(h -> input.isMember(h) || sponsorLeaves)
                        .filter(h -> EndpointPod.isOn(h, wanted.endpoint()))
                        .toList(),
                initialising
                        || applied.map(a -> !a.manifests().equals(wanted.manifests())).orElse(true),
                applied.map(a -> !nodes(a).equals(nodes(wanted))).orElse(true),
                applied.map(a -> !a.digest().equals(wanted.digest())).orElse(true));
    }

    boolean initialising() {
        return membership.initialising();
    }

    List<ClusterHost> joiningControlPlanes() {
        return membership.joiningControlPlanes();
    }

    List<ClusterHost> joining() {
        return membership.joining();
    }

    List<ClusterHost> leaving() {
        return membership.leaving();
    }

    List<ClusterHost> lost() {
        return membership.lost();
    }

    boolean isEmpty() {
        return membership.isEmpty()
                && preparing.isEmpty()
                && !configuring
                && endpoint.isEmpty()
                && !addons
                && !nodes
                && !recording;
    }

    /// Whether nodes join a cluster that is there already, and need a token of it.
    ///
    /// @param workers how they join
    boolean needsToken(JoinMode workers) {
        return !initialising()
                && !(joiningControlPlanes().isEmpty()
                        && (joining().isEmpty() || workers == JoinMode.CERTIFICATE));
    }

    /// A whole member whose services run.
    private static boolean isHealthy(ClusterHost host, HostFacts facts) {
        return facts.node().isMember()
                && facts.owner().isPresent()
                && facts.node().kubeletActive()
                && facts.node().containerdActive();
    }

    private static Set<HostAddress> controlPlanes(Clusterfile clusterfile) {
        return clusterfile.controlPlanes().stream()
                .map(ClusterHost::address)
                .collect(Collectors.toCollection(HashSet::new));
    }

    /// What `prepare` depends on, of every host alike.
    private static List<Object> preparation(Clusterfile clusterfile) {
        return List.of(
                clusterfile.hostAliases(),
                clusterfile.artifacts(),
                clusterfile.registries(),
                clusterfile.hostFamily(),
                clusterfile.images(),
                clusterfile.imageRepository(),
                clusterfile.files(),
                clusterfile.endpoint() instanceof Endpoint.LocalVip);
    }

    private static List<Object> nodes(Clusterfile clusterfile) {
        return clusterfile.hosts().stream()
                .map(h -> (Object) List.of(h.address(), h.labels(), h.taints()))
                .toList();
    }
}
