package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.ClusterRecord;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// `record` of an adoption: the Clusterfile lies in the cluster, as an `apply` would have left it.
/// Root's kubeconfig on the host stays as it is.
final class AdoptRecordPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder("record", "record the Clusterfile", true, 1, Duration.ofMinutes(10));

    private AdoptRecordPhase() {}

    static PlannedPhase plan(PlanInput input) {
        return PHASE.on(
                List.of(input.clusterfile().controlPlane()),
                input.clusterfile(),
                host -> Steps.withEnvironment(input, host, steps(input, host)));
    }

    private static List<Step> steps(PlanInput input, ClusterHost host) {
        var steps = new ArrayList<>(ClusterRecord.inCluster(input, host));
        steps.add(
                Steps.rerunnable(
                        "remove-temporary-files",
                        "rm -f %s %s".formatted(NodePaths.ACCESS, NodePaths.RECORD)));
        return steps;
    }
}
