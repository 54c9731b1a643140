package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.planner.plan.node.NodePaths;

/// How steps of this runtime ask the API.
final class Kubectl {
    /// `kubectl` with the administrator's kubeconfig; only on a control plane.
    static final String AS_ADMIN =
            "kubectl --kubeconfig " + ShellQuote.quote(NodePaths.ADMIN_CONF.value());

    private Kubectl() {}
}
