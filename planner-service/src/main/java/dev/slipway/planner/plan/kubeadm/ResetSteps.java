package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.inspect.Ownership;
import dev.slipway.planner.plan.PlanInput;
import java.util.List;

/// What takes a node off a host: whole, half or not at all installed. Every step may be repeated,
/// and the mark of ownership goes last, so that a reset that broke off can be done again. What
/// Slipway did not make stays: packages, kernel settings in force, images, the hostname.
final class ResetSteps {
    private ResetSteps() {}

    static List<Step> of(PlanInput input, ClusterHost host) {
        Services services = Services.of(input.factsOf(host));
        return List.of(
                HostOwner.check(input.ownership()),
                KubeadmReset.node(),
                Steps.rerunnable("stop-kubelet", services.retire("kubelet")),
                stopOwnContainerd(services),
                Artifacts.forget(),
                MadeFiles.remove(),
                HostsFile.clean(),
                Swap.restore(),
                Steps.rerunnable("reload-units", services.reload()),
                Steps.rerunnable(
                        "remove-temporary-files",
                        "rm -rf %s /etc/kubernetes/tmp\n"
                                .formatted(ShellQuote.quote(NodePaths.VOLATILE.value()))),
                release());
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

    private static Step release() {
        return Steps.rerunnable(
                "release-host",
                "rm -rf %s %s %s %s %s\nrm -f %s\n"
                        .formatted(
                                NodePaths.INITIALISED,
                                NodePaths.JOINED,
                                NodePaths.MANIFESTS,
                                NodePaths.HOOKS,
                                NodePaths.SLIPWAY.resolveInside("containerd-config.sha256"),
                                ShellQuote.quote(Ownership.FILE)));
    }
}
