package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PlanInput;
import java.time.Duration;

/// What joins have in common, whatever makes the node.
public final class Joining {
    private static final int MOST_SECONDS = 10;

    private Joining() {}

    /// Where many join, each waits a little first, so that windows do not march in step.
    public static Step spread(ClusterHost host) {
        return Steps.rerunnable(
                "spread", "sleep " + Math.floorMod(host.address().hashCode(), MOST_SECONDS));
    }

    /// A join that succeeded does not yet mean that the node is there.
    ///
    /// @param kubectl the program
    /// @param kubeconfig a worker may look at its own node with the kubelet's
    public static Step registered(
            PlanInput input,
            ClusterHost host,
            String kubectl,
            RemotePath kubeconfig,
            Duration timeout) {
        return Steps.await(
                "node-registered",
                "%s --kubeconfig %s get node %s -o name >/dev/null"
                        .formatted(
                                kubectl,
                                ShellQuote.quote(kubeconfig.value()),
                                ShellQuote.quote(input.nodeName(host))),
                timeout,
                ReasonCode.NODE_MISSING);
    }
}
