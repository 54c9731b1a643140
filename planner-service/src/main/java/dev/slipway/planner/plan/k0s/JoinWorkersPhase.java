package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.Joining;
import dev.slipway.planner.plan.node.NodeIdentity;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `join-workers`: joins workers, with the run's token or each with the certificate of its kubelet.
/// The token lies on a worker no longer than the join takes, and its service does without from then
/// on. The window keeps the API server from a rush.
final class JoinWorkersPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder("join-workers", "join the workers", true, 50, Duration.ofMinutes(30));

    private JoinWorkersPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, K0sScope scope) {
        boolean many = scope.joining().size() > PHASE.window();
        return Phase.on(PHASE, input, scope.joining(), host -> steps(input, host, many));
    }

    private static List<Step> steps(PlanInput input, ClusterHost host, boolean many) {
        boolean withToken = !NodeIdentity.isBrought(input, host);
        var token = JoinToken.ofWorkers(input);
        var steps = new ArrayList<Step>();
        if (many) {
            steps.add(Joining.spread(host));
        }
        steps.addAll(JoinSteps.makeReady(input, host, NodePaths.JOINED));
        if (withToken) {
            steps.add(token.put());
        } else {
            steps.addAll(
                    new NodeIdentity(
                                    K0sPaths.pki(host, "ca.crt"),
                                    host.k0s().kubeletRoot().resolveInside("pki"),
                                    K0sPaths.kubeletConf(host),
                                    JoinSteps.firstServer(input))
                            .steps(input, host));
        }
        steps.add(
                K0sInstall.install(input, host, withToken)
                        .unless(JoinSteps.isMarked(NodePaths.JOINED)));
        steps.add(K0sInstall.start(host));
        steps.add(JoinSteps.registered(input, host));
        steps.add(JoinSteps.mark(NodePaths.JOINED));
        steps.add(EndpointPhase.note(input.clusterfile()));
        if (withToken) {
            steps.add(K0sInstall.reinstall(input, host));
            steps.add(token.remove());
        }
        return steps;
    }
}
