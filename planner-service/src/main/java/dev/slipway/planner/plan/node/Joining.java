package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// What joins have in common, whatever makes the node.
public final class Joining {
    private static final int MOST_SECONDS = 10;

    private Joining() {}

    /// How long an `apply` takes at most from the making of the plan to its last join, where
    /// nothing has to be repeated.
    ///
    /// @param prepare on all hosts
    /// @param once what is done on one host
    /// @param controlPlanes what is done on each control plane
    /// @param workers their joining
    public static Duration longest(
            Clusterfile clusterfile,
            PhaseBuilder prepare,
            List<PhaseBuilder> once,
            List<PhaseBuilder> controlPlanes,
            PhaseBuilder workers) {
        int members = clusterfile.controlPlanes().size();
        return Stream.of(
                        Stream.of(prepare.longest(clusterfile.hosts().size(), clusterfile)),
                        once.stream().map(p -> p.longest(1, clusterfile)),
                        controlPlanes.stream().map(p -> p.longest(members, clusterfile)),
                        Stream.of(workers.longest(clusterfile.workers().size(), clusterfile)))
                .flatMap(durations -> durations)
                .reduce(Duration.ZERO, Duration::plus);
    }

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
