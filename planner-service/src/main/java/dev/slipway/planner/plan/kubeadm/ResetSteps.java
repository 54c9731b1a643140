package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ContainerRuntime;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.HostOwner;
import dev.slipway.planner.plan.node.HostRelease;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Services;
import dev.slipway.planner.plan.node.Steps;
import java.util.List;
import java.util.stream.Stream;

/// What takes a node off a host: whole, half or not at all installed. Every step may be repeated.
final class ResetSteps {
    private ResetSteps() {}

    static List<Step> of(PlanInput input, ClusterHost host) {
        Services services = Services.of(input.factsOf(host));
        ContainerRuntime runtime = input.clusterfile().containerRuntime();
        return Stream.of(
                        Stream.of(
                                HostOwner.check(input.ownership()),
                                KubeadmReset.node(runtime),
                                Steps.rerunnable("stop-kubelet", services.retire("kubelet")),
                                switch (runtime) {
                                    case CONTAINERD -> Containerd.stopOwn(services);
                                    case DOCKER -> Docker.stopOwn(services);
                                }),
                        RegistryPhases.stopping(input, host),
                        HostRelease.steps(
                                services,
                                NodePaths.registries(runtime),
                                Stream.concat(
                                                RegistryPhases.removing(input, host),
                                                Stream.of(Swap.restore()))
                                        .toList(),
                                NodePaths.KUBERNETES.resolveInside("tmp"))
                                .stream())
                .flatMap(steps -> steps)
                .toList();
    }
}
