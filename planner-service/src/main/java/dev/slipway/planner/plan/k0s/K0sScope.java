package dev.slipway.planner.plan.k0s;

import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.JoinMode;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.Membership;
import java.util.List;
import java.util.Optional;

/// What an `apply` has to touch: the difference between the Clusterfile on one side, the recorded
/// state and the facts on the other. Healthy nodes of which nothing changed are in no list.
///
/// @param membership who comes and who leaves
/// @param preparing the hosts to prepare
/// @param configuring the running controllers whose configuration is out of date; those that are to
///   be upgraded are not among them and get theirs with the new program, which may know more
/// @param upgradingControlPlanes the members that run another release than they shall, do not run,
///   or are started with other flags or variables; in the order of the file
/// @param upgradingWorkers likewise
/// @param rereading the workers that go on as they are and have to read what is new for them
/// @param addons whether the manifests are to be applied
/// @param nodes whether labels and taints are to be set
/// @param recording whether the recorded Clusterfile is out of date
record K0sScope(
        Membership membership,
        List<ClusterHost> preparing,
        List<ClusterHost> configuring,
        List<ClusterHost> upgradingControlPlanes,
        List<ClusterHost> upgradingWorkers,
        List<ClusterHost> rereading,
        boolean addons,
        boolean nodes,
        boolean recording) {
    K0sScope {
        preparing = List.copyOf(preparing);
        configuring = List.copyOf(configuring);
        upgradingControlPlanes = List.copyOf(upgradingControlPlanes);
        upgradingWorkers = List.copyOf(upgradingWorkers);
        rereading = List.copyOf(rereading);
    }

    static K0sScope of(PlanInput input) {
        Clusterfile wanted = input.clusterfile();
        // Another runtime's is refused, or reset.
        Optional<Clusterfile> applied =
                input.recorded().applied().filter(a -> a.runtime() instanceof ClusterRuntime.K0s);
        var membership = Membership.of(input);
        boolean initialising = membership.initialising();
        boolean prepareAll =
                initialising
                        || applied.map(a -> !preparation(a).equals(preparation(wanted)))
                                .orElse(true);
        boolean reconfigured =
                !initialising
                        && applied.map(a -> !configuration(a).equals(configuration(wanted)))
                                .orElse(true);
        List<ClusterHost> staying =
                wanted.hosts().stream()
                        .filter(h -> input.isMember(h) && !membership.joining().contains(h))
                        .toList();
        List<ClusterHost> upgrading =
                staying.stream().filter(h -> isOutdated(input, applied, h)).toList();
        boolean newForWorkers =
                !initialising
                        && applied.map(a ->
                                        !EndpointPhase.read(a).equals(EndpointPhase.read(wanted)))
                                .orElse(true);
        return new K0sScope(
                membership,
                wanted.hosts().stream()
                        .filter(h ->
                                prepareAll || upgrading.contains(h) || !isHealthy(input.factsOf(h)))
                        .toList(),
                staying.stream()
                        .filter(h -> reconfigured && h.isControlPlane() && !upgrading.contains(h))
                        .toList(),
                upgrading.stream().filter(ClusterHost::isControlPlane).toList(),
                upgrading.stream().filter(h -> !h.isControlPlane()).toList(),
                staying.stream()
                        .filter(h -> newForWorkers && !h.isControlPlane() && !upgrading.contains(h))
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

    /// Workers.
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
                && configuring.isEmpty()
                && upgradingControlPlanes.isEmpty()
                && upgradingWorkers.isEmpty()
                && rereading.isEmpty()
                && !addons
                && !nodes
                && !recording;
    }

    /// Whether workers come that need a token.
    boolean needsWorkerToken(JoinMode join) {
        return !joining().isEmpty() && join == JoinMode.TOKEN;
    }

    /// Whether controllers come besides the first.
    boolean needsControllerToken() {
        return !joiningControlPlanes().isEmpty();
    }

    /// A whole member whose service runs.
    private static boolean isHealthy(HostFacts facts) {
        return facts.node().isMember() && facts.owner().isPresent() && facts.k0s().active();
    }

    private static boolean isOutdated(
            PlanInput input, Optional<Clusterfile> applied, ClusterHost host) {
        HostFacts.K0sFacts k0s = input.factsOf(host).k0s();
        List<Object> service = service(input, input.clusterfile(), host);
        return !k0s.active()
                || !k0s.release().equals(K0sInstall.runtime(input).release().toString())
                || applied.filter(a ->
                                a.host(host.address())
                                        .filter(h -> !service(input, a, h).equals(service))
                                        .isPresent())
                        .isPresent();
    }

    /// What its service is started with.
    private static List<Object> service(
            PlanInput input, Clusterfile clusterfile, ClusterHost host) {
        return List.of(
                K0sInstall.words(input, host, false),
                host.env(),
                host.isControlPlane() && K0sInstall.runtime(clusterfile).dynamicConfig());
    }

    /// What `prepare` depends on, of every host alike.
    private static List<Object> preparation(Clusterfile clusterfile) {
        return List.of(
                clusterfile.hostAliases(),
                clusterfile.artifacts(),
                clusterfile.registries(),
                clusterfile.hostFamily(),
                clusterfile.images(),
                clusterfile.files());
    }

    /// What controllers read, besides names of new ones: those that are there need not know them.
    private static List<Object> configuration(Clusterfile clusterfile) {
        return List.of(
                K0sInstall.runtime(clusterfile).config(), K0sConfiguration.isBalanced(clusterfile));
    }

    private static List<Object> nodes(Clusterfile clusterfile) {
        return clusterfile.hosts().stream()
                .map(h -> (Object) List.of(h.address(), h.labels(), h.taints()))
                .toList();
    }
}
