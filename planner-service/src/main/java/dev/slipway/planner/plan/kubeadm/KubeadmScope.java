package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.ContainerRuntime;
import dev.slipway.planner.clusterfile.Endpoint;
import dev.slipway.planner.clusterfile.JoinMode;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.Membership;
import dev.slipway.planner.plan.node.Scope;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What an `apply` has to touch of a kubeadm cluster.
///
/// @param configuring whether kubeadm's stored configuration is out of date
/// @param endpoint the nodes whose endpoint's pod is out of date, or will be after the joins
record KubeadmScope(
        Membership membership,
        List<ClusterHost> preparing,
        boolean configuring,
        List<ClusterHost> endpoint)
        implements Scope {
    KubeadmScope {
        preparing = List.copyOf(preparing);
        endpoint = List.copyOf(endpoint);
    }

    static KubeadmScope of(PlanInput input) {
        Clusterfile wanted = input.clusterfile();
        var membership = Membership.of(input);
        boolean initialising = membership.initialising();
        boolean prepareAll = initialising || input.isChanged(KubeadmScope::preparation);
        boolean moved = !initialising && input.isChanged(KubeadmScope::controlPlanes);
        boolean refreshing = moved || (!initialising && input.isChanged(Clusterfile::endpoint));
        // Then those that join list it, until it has gone.
        boolean sponsorLeaves = wanted.controlPlanes().stream().noneMatch(input::isMember);
        return new KubeadmScope(
                membership,
                wanted.hosts().stream()
                        .filter(h ->
                                prepareAll
                                        || !isHealthy(wanted.containerRuntime(), input.factsOf(h)))
                        .toList(),
                moved && !(wanted.endpoint() instanceof Endpoint.ControlPlane),
                wanted.hosts().stream()
                        .filter(h -> refreshing && (input.isMember(h) || sponsorLeaves))
                        .filter(h -> EndpointPod.isOn(h, wanted.endpoint()))
                        .toList());
    }

    /// Whether nodes join that need a token of the cluster.
    ///
    /// @param workers how they join
    boolean needsToken(JoinMode workers) {
        return !joiningControlPlanes().isEmpty()
                || (!joining().isEmpty() && workers == JoinMode.TOKEN);
    }

    private static boolean isHealthy(ContainerRuntime runtime, HostFacts facts) {
        return Scope.isWhole(facts) && facts.node().kubeletActive() && facts.isActive(runtime);
    }

    private static Set<HostAddress> controlPlanes(Clusterfile clusterfile) {
        return clusterfile.controlPlanes().stream()
                .map(ClusterHost::address)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static List<Object> preparation(Clusterfile clusterfile) {
        return List.of(
                Scope.preparation(clusterfile),
                clusterfile.imageRepository(),
                clusterfile.endpoint() instanceof Endpoint.LocalVip);
    }
}
