package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `token`: makes the cluster accept this run's join tokens, where hosts join. They end by
/// themselves, so a retry that has hosts left to join makes them good again. Controllers that an
/// earlier run let into etcd and did not bring to an end leave it first, once: they begin anew, and
/// etcd takes no second member from an address.
final class TokenPhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder("token", "admit the join tokens", true, 1, Duration.ofMinutes(5));

    private TokenPhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, K0sScope scope) {
        List<JoinToken> tokens = JoinToken.of(input, scope);
        return tokens.isEmpty()
                ? Optional.empty()
                : Phase.on(
                                PHASE,
                                input,
                                List.of(input.sponsor()),
                                host -> steps(input, scope, host, tokens))
                        .map(phase ->
                                phase.renewedFor(
                                        JoinControlPlanesPhase.PHASE, JoinWorkersPhase.PHASE));
    }

    private static List<Step> steps(
            PlanInput input, K0sScope scope, ClusterHost host, List<JoinToken> tokens) {
        var steps = new ArrayList<Step>();
        if (K0sEtcd.isOwn(input)
                && !scope.initialising()
                && !scope.joiningControlPlanes().isEmpty()) {
            steps.add(
                    K0sEtcd.remove(input, host, scope.joiningControlPlanes())
                            .unless(JoinSteps.isNoted(input)));
            steps.add(JoinSteps.noteJoin(input));
        }
        tokens.forEach(token -> steps.add(token.applySecret(input, host)));
        return steps;
    }
}
