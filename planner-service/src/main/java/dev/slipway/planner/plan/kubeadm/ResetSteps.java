package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.HostOwner;
import dev.slipway.planner.plan.node.HostRelease;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Services;
import dev.slipway.planner.plan.node.Steps;
import java.util.List;
import java.util.stream.Stream;

/// What takes a node off a host: whole, half or not at all installed. Every step may be repeated.
final class ResetSteps {
    private ResetSteps() {}

    static List<Step> of(PlanInput input, ClusterHost host) {
        Services services = Services.of(input.factsOf(host));
        return Stream.concat(
                        Stream.of(
                                HostOwner.check(input.ownership()),
                                KubeadmReset.node(),
                                Steps.rerunnable("stop-kubelet", services.retire("kubelet")),
                                stopOwnContainerd(services)),
                        HostRelease.steps(
                                services,
                                List.of(Swap.restore()),
                                NodePaths.KUBERNETES.resolveInside("tmp"))
                                .stream())
                .toList();
    }

    /// Only where the unit is Slipway's; one that was there before goes on with its own
    /// configuration, which the next steps put back.
    private static Step stopOwnContainerd(Services services) {
        return Steps.rerunnable(
                "stop-containerd",
                Script.fill(
                        """
                        if grep -qxF @UNIT@ @MADE@ 2>/dev/null; then
                            @RETIRE@
                        fi
                        """,
                        "RETIRE",
                        services.retire("containerd"),
                        "UNIT",
                        ShellQuote.quote(services.definition("containerd").value()),
                        "MADE",
                        NodePaths.MADE.value()));
    }
}
