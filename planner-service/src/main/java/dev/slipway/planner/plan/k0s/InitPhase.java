package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.AuthorityFiles;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `init`: starts the first controller. What a start that failed left behind is cleared first
/// (k0s's reset takes the authority's files too, so they are put again). In a restore the cluster's
/// data come from the archive.
final class InitPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder("init", "start the first controller", true, 1, Duration.ofMinutes(40));

    private InitPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, K0sScope scope) {
        return scope.initialising()
                ? Phase.on(PHASE, input, List.of(input.lead()), host -> steps(input, host))
                : Optional.empty();
    }

    private static List<Step> steps(PlanInput input, ClusterHost host) {
        boolean restoring = input.operation() == Operation.RESTORE;
        var steps = new ArrayList<Step>();
        if (restoring) {
            steps.add(JoinSteps.giveUp(input));
        }
        steps.addAll(JoinSteps.makeReady(input, host, NodePaths.INITIALISED));
        steps.addAll(AuthorityFiles.steps(input.authority(), K0sPaths.pki(host)));
        steps.addAll(K0sConfiguration.put(input, host));
        if (restoring) {
            steps.addAll(RestoreSteps.of(input, host));
        }
        steps.add(
                K0sInstall.install(input, host, false)
                        .unless(JoinSteps.isMarked(NodePaths.INITIALISED)));
        steps.add(K0sInstall.start(host));
        steps.add(K0sInstall.awaitRunning(host));
        steps.add(K0sInstall.awaitApi(input, host));
        steps.add(JoinSteps.mark(NodePaths.INITIALISED));
        if (input.clusterfile().isNode(host)) {
            steps.add(JoinSteps.registered(input, host));
        }
        return steps;
    }
}
