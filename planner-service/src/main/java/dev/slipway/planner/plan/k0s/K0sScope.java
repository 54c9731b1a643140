package dev.slipway.planner.plan.k0s;

import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.JoinMode;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.Membership;
import dev.slipway.planner.plan.node.Scope;
import java.util.List;
import java.util.Optional;

/// What an `apply` has to touch of a k0s cluster.
///
/// @param configuring the running controllers whose configuration is out of date; those that are to
///   be upgraded are not among them and get theirs with the new program, which may know more
/// @param upgradingControlPlanes the members that run another release than they shall, do not run,
///   or are started with other flags or variables; in the order of the file
/// @param upgradingWorkers likewise
/// @param upgradedBefore the members that came to what they shall be in a run that then broke off
/// @param rereading the workers that go on as they are and have to read what is new for them
record K0sScope(
        Membership membership,
        List<ClusterHost> preparing,
        List<ClusterHost> configuring,
        List<ClusterHost> upgradingControlPlanes,
        List<ClusterHost> upgradingWorkers,
        List<ClusterHost> upgradedBefore,
        List<ClusterHost> rereading)
        implements Scope {
    K0sScope {
        preparing = List.copyOf(preparing);
        configuring = List.copyOf(configuring);
        upgradingControlPlanes = List.copyOf(upgradingControlPlanes);
        upgradingWorkers = List.copyOf(upgradingWorkers);
        upgradedBefore = List.copyOf(upgradedBefore);
        rereading = List.copyOf(rereading);
    }

    static K0sScope of(PlanInput input) {
        Clusterfile wanted = input.clusterfile();
        var membership = Membership.of(input);
        boolean initialising = membership.initialising();
        boolean prepareAll = initialising || input.isChanged(Scope::preparation);
        boolean reconfigured = !initialising && input.isChanged(K0sScope::configuration);
        boolean newForWorkers = !initialising && input.isChanged(EndpointPhase::read);
        List<ClusterHost> staying =
                wanted.hosts().stream()
                        .filter(h -> input.isMember(h) && !membership.joining().contains(h))
                        .toList();
        List<ClusterHost> upgrading = staying.stream().filter(h -> isOutdated(input, h)).toList();
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
                        .filter(h -> !upgrading.contains(h))
                        .filter(h ->
                                applied(input, h)
                                        .filter(before -> !before.equals(wanted(input, h)))
                                        .isPresent())
                        .toList(),
                staying.stream()
                        .filter(h -> newForWorkers && !h.isControlPlane() && !upgrading.contains(h))
                        .toList());
    }

    /// Whether workers come that need a token.
    boolean needsWorkerToken(JoinMode join) {
        return !joining().isEmpty() && join == JoinMode.TOKEN;
    }

    /// Whether controllers come besides the first.
    boolean needsControllerToken() {
        return !joiningControlPlanes().isEmpty();
    }

    private static boolean isHealthy(HostFacts facts) {
        return Scope.isWhole(facts) && facts.k0s().active();
    }

    /// The release that the host shall run and what its service is started with.
    static List<Object> wanted(PlanInput input, ClusterHost host) {
        return release(input, input.clusterfile(), host);
    }

    /// The same as the `apply` that succeeded last has it; empty if there was none with the host.
    static Optional<List<Object>> applied(PlanInput input, ClusterHost host) {
        return input.applied().flatMap(a -> a.host(host.address()).map(h -> release(input, a, h)));
    }

    private static List<Object> release(
            PlanInput input, Clusterfile clusterfile, ClusterHost host) {
        return List.of(
                K0sInstall.runtime(clusterfile).release().toString(),
                service(input, clusterfile, host));
    }

    private static boolean isOutdated(PlanInput input, ClusterHost host) {
        HostFacts.K0sFacts k0s = input.factsOf(host).k0s();
        List<Object> service = service(input, input.clusterfile(), host);
        return !k0s.active()
                || !k0s.release().equals(K0sInstall.runtime(input).release().toString())
                || input.applied()
                        .flatMap(a -> a.host(host.address()).map(h -> service(input, a, h)))
                        .filter(before -> !before.equals(service))
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

    /// What controllers read, besides names of new ones: those that are there need not know them.
    private static List<Object> configuration(Clusterfile clusterfile) {
        return List.of(
                K0sInstall.runtime(clusterfile).config(), K0sConfiguration.isBalanced(clusterfile));
    }
}
