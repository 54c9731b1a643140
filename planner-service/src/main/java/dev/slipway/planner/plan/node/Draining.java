package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Drain;
import dev.slipway.planner.plan.PlanInput;
import java.time.Duration;
import java.util.List;

/// How pods leave nodes, as `spec.drain` says.
public final class Draining {
    private Draining() {}

    /// Of `kubectl drain`, where a node drains itself.
    public static String flags(Drain drain) {
        return "--ignore-daemonsets --delete-emptydir-data --timeout=%ds%s%s"
                .formatted(
                        drain.timeout().toSeconds(),
                        drain.gracePeriod().map(d -> " --grace-period=" + d.toSeconds()).orElse(""),
                        drain.force() ? " --force --disable-eviction" : "");
    }

    /// How long so many nodes take at the most.
    public static Duration longest(PlanInput input, int nodes) {
        int rounds = Math.ceilDiv(nodes, KubeRequest.Drain.AT_ONCE);
        return input.clusterfile().drain().timeout().multipliedBy(rounds).plusMinutes(1);
    }

    /// Drains nodes that are to be taken out of the cluster. A node whose pods did not go is let
    /// take pods again: it stays, and works as before. One that is gone from the cluster already
    /// needs no draining.
    static Step nodes(PlanInput input, ClusterHost host, List<ClusterHost> nodes) {
        Drain drain = input.clusterfile().drain();
        return ApiStep.of(
                input,
                host,
                "drain-nodes",
                new KubeRequest.Drain(
                        nodes.stream().map(input::nodeName).toList(),
                        drain.gracePeriod(),
                        drain.timeout(),
                        drain.force()),
                longest(input, nodes.size()));
    }
}
