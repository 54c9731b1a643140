package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.AuthorityFiles;
import dev.slipway.planner.plan.node.ClusterRecord;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `join-control-planes`: joins the other controllers, one after another: etcd takes one new member
/// at a time, as a learner until it has caught up. By then the controller's own API server is
/// ready, which is waited for. k0s would take the authority's files from the controller it joins by
/// but for one of them, and each controller would make that anew, so all are brought.
final class JoinControlPlanesPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "join-control-planes", "join the controllers", true, 1, Duration.ofMinutes(30));

    private JoinControlPlanesPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, K0sScope scope) {
        return Phase.on(PHASE, input, scope.joiningControlPlanes(), host -> steps(input, host));
    }

    private static List<Step> steps(PlanInput input, ClusterHost host) {
        var token = JoinToken.ofControllers(input);
        var steps = new ArrayList<Step>();
        if (input.operation() == Operation.RESTORE) {
            steps.add(JoinSteps.giveUp(input));
        }
        steps.addAll(JoinSteps.makeReady(input, host, NodePaths.JOINED));
        steps.addAll(AuthorityFiles.steps(input.authority(), K0sPaths.pki(host)));
        steps.addAll(K0sConfiguration.put(input, host));
        steps.add(token.put());
        steps.add(
                K0sInstall.install(input, host, true).unless(JoinSteps.isMarked(NodePaths.JOINED)));
        steps.add(JoinSteps.noteJoin(input));
        steps.add(K0sInstall.start(host));
        steps.add(K0sInstall.awaitRunning(host));
        steps.add(K0sInstall.awaitApi(input, host));
        if (K0sEtcd.isOwn(input)) {
            steps.add(K0sEtcd.awaitMember(input, host));
        }
        steps.add(JoinSteps.mark(NodePaths.JOINED));
        steps.add(K0sInstall.reinstall(input, host));
        steps.add(token.remove());
        if (input.clusterfile().isNode(host)) {
            steps.add(JoinSteps.registered(input, host));
        }
        steps.add(ClusterRecord.rootKubeconfig(input, host));
        return steps;
    }
}
